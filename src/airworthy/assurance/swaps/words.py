"""Pairs of English words with a woman's and a man's form, and words that settle which form is meant."""

from __future__ import annotations

from airworthy.assurance.swaps.tokens import listed

TITLES = {"mrs": "Mr", "ms": "Mr", "miss": "Mr", "madam": "Sir", "ma'am": "sir", "dame": "Sir"}
MALE_TITLES = {"mr": "Ms", "sir": "Madam"}
"""`Sir` before a name is `Dame`, in a salutation `Madam`."""

_PAIRS = """
woman man; women men; womens mens; lady gentleman; ladies gentlemen; girl boy; girls boys;
female male; females males; womanhood manhood; girlhood boyhood; schoolgirl schoolboy;
mother father; mothers fathers; mom dad; moms dads; mum dad; mums dads; mommy daddy; mummy daddy; mama papa;
motherhood fatherhood; maternal paternal; maternity paternity; stepmother stepfather; stepmom stepdad;
godmother godfather; grandmother grandfather; grandmothers grandfathers; grandma grandpa; granny grandpa;
granddaughter grandson; granddaughters grandsons; daughter son; daughters sons; stepdaughter stepson;
goddaughter godson; sister brother; sisters brothers; stepsister stepbrother; sisterhood brotherhood;
sis bro; aunt uncle; aunts uncles; auntie uncle; niece nephew; nieces nephews;
wife husband; wives husbands; wifey hubby; housewife househusband; girlfriend boyfriend;
girlfriends boyfriends; fiancée fiancé; bride groom; brides grooms; widow widower; widows widowers;
sorority fraternity; sororities fraternities; lass lad; lasses lads;
waitress waiter; waitresses waiters; actress actor; actresses actors; stewardess steward;
stewardesses stewards; businesswoman businessman; businesswomen businessmen; chairwoman chairman;
spokeswoman spokesman; saleswoman salesman; saleswomen salesmen; congresswoman congressman;
policewoman policeman; policewomen policemen; councilwoman councilman; alderwoman alderman;
firewoman fireman; camerawoman cameraman; handywoman handyman; sportswoman sportsman;
servicewoman serviceman; servicewomen servicemen; horsewoman horseman; landlady landlord;
saleslady salesman; salesgirl salesboy; cowgirl cowboy; heiress heir; duchess duke; princess prince;
priestess priest; abbess abbot; ballerina dancer; seamstress tailor; masseuse masseur; hostess host;
heroine hero; headmistress headmaster; sportswomen sportsmen; gentlewoman gentleman;
"""
_ONLY_TO_MAN = frozenset(
    listed(
        """
    ballerina seamstress hostess heroine saleslady gentlewoman mum mums mummy auntie granny
    """
    )
)
"""The man's form is also said of women, or has a commoner counterpart: it is left as it is."""

_SPLIT = [pair.split() for pair in _PAIRS.split(";") if pair.strip()]
TO_MAN = {woman: man for woman, man in _SPLIT}  # noqa: C416 - lists of two, which dict() is not typed for
TO_WOMAN = {man: woman for woman, man in TO_MAN.items() if woman not in _ONLY_TO_MAN}

SHE = {"she": "he", "herself": "himself", "hers": "his"}
HE = {"he": "she", "himself": "herself", "him": "her"}
"""`her` and `his` have two counterparts each: see `pronouns`."""

AFTER_OBJECT = frozenset(
    listed(
        """
    a an the this these those that some any no every each another both all enough my your our their his
    its i you he she it we they me us them mine yours ours theirs to in on at for with from by about of
    into onto after before as than over through under until since without against around between during
    like near off out up down away back along across behind upon and or but because if when while so
    though although unless whether nor yet what who whom where why how which whose is was are were be
    been am has had have do does did will would can could should may might must cannot not never ever
    always just also too again here there now then today tomorrow yesterday tonight soon already alone
    anyway anymore everything anything nothing something everyone anyone someone well very really quite
    directly personally twice once instead later earlier forever either please thanks thank lol haha yes
    no ok okay
    """
    )
)
"""`her` before one of these is the object (him), before any other word it says whose (his)."""

MAKE = frozenset(
    listed(
        """
    let lets letting make makes made making help helps helped helping have had has saw see sees seen
    seeing hear hears heard hearing watch watches watched watching feel felt
    """
    )
)
BARE_VERBS = frozenset(
    listed(
        """
    go do know be have get come see feel take make leave keep look work talk call find give tell ask use
    think say run walk sit stand cry laugh speak eat drink sleep wait stay play sing dance move live die
    understand believe become learn pay buy try write read hold bring put start stop change die smile
    """
    )
)
"""After `let her`, `made her`, `saw her`: what she then does."""

MOVE = frozenset(
    listed(
        """
    get gets got getting take takes took taking bring brings brought bringing drive drives drove driving
    send sends sent sending fly flew walk walked follow followed
    """
    )
)
"""Before `her home`: the way home, not her house."""

GIVE = frozenset(
    listed(
        """
    give gives gave given giving offer offers offered offering hand handed lend lent owe owes owed
    """
    )
)
GIVEN = frozenset(
    listed(
        """
    money cash flowers food water advice credit attention information permission time refund refunds
    cards presents gifts directions instructions dollars compensation vouchers tickets drinks medicine
    """
    )
)
"""After `gave her`: things that are given, and are not yet hers."""

AFTER_HERS = frozenset(
    listed(
        """
    is was are were has had will would and or but too to in on at as for with than when if because so
    not from by that which either anyway now again
    """
    )
)
"""`his` before one of these stands alone (hers), before any other word it says whose (her)."""

SAID_TO_ANYONE = frozenset(listed("oh hey wow damn god yo come aw ah no my the"))
"""Before `man` and a comma or a full stop: an exclamation, no person; `my man` and `the man` as well."""

BEING = frozenset(listed("am is was are were do does did have has had will would can could"))
SUBJECTS = frozenset(listed("i we you he she it they that this"))
"""After `boy` one of each, in this order, is an exclamation: `boy was I glad`."""

PAIRED = frozenset(("and", "or", "&", "/", "nor", "and/or"))
