"""First names that nearly always mean a woman, or a man, in American English; state of November 2026.

Sources. `BLACK_*` and `WHITE_*`: Bertrand and Mullainathan, American Economic Review 94 (2004) 991, table 8,
who took them from birth certificates of Massachusetts, 1974 to 1979, and had people name the group. `WOMEN`
and `MEN`: names among the most frequent of births in the United States since 1940 (Social Security
Administration), written down from memory, without those given to both.
"""

from __future__ import annotations

from airworthy.assurance.swaps.tokens import listed

BLACK_WOMEN = listed("Aisha Ebony Keisha Kenya Lakisha Latonya Latoya Tamika Tanisha")
BLACK_MEN = listed("Darnell Hakim Jamal Jermaine Kareem Leroy Rasheed Tremayne Tyrone")
WHITE_WOMEN = listed("Allison Anne Carrie Emily Jill Kristen Laurie Meredith Sarah")
WHITE_MEN = listed("Brad Brendan Brett Geoffrey Greg Jay Matthew Neil Todd")

_WOMEN = """
Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Karen Lisa Nancy Betty Sandra Margaret Ashley
Kimberly Donna Michelle Dorothy Amanda Melissa Deborah Stephanie Rebecca Laura Sharon Cynthia Kathleen Amy
Angela Anna Brenda Pamela Emma Nicole Helen Samantha Katherine Christine Debra Rachel Carolyn Janet
Catherine Maria Diane Julie Olivia Joyce Ruth Kelsey Lauren Christina Joan Evelyn Judith Megan Andrea Cheryl
Hannah Jacqueline Martha Gloria Teresa Ann Sara Kathryn Janice Julia Sophia Alice Judy Denise Marilyn
Danielle Beverly Isabella Theresa Diana Natalie Brittany Doris Kayla Alexandra Marie Abigail Rosemary Rita
Tiffany Lori Vanessa Erica Monica Tina Lindsey Lindsay Katie Bethany Jenna Kristin Kristina Veronica
Caroline Valerie Vicki Vicky Wendy Suzanne Ellen Elaine Joanne Annie Lucy Sophie Molly Claire Gabrielle
Gabriella Audrey Bianca Brianna Caitlin Cassandra Courtney Cecilia Daniela Debbie Eleanor Elena Erin Esther
Fiona Gina Gwendolyn Haley Heidi Ingrid Irene Isabel Jane Janelle Jasmine Jeanette Jenny Jodi Josephine
Juliana Kara Kate Kathy Katrina Kristy Krista Leah Lena Leticia Lillian Liz Lorraine Louise Lydia Mandy
Marcia Marissa Marjorie Maureen Melanie Mia Michele Miranda Monique Nadia Naomi Natasha Nina Nora Norma
Paula Peggy Phoebe Phyllis Priscilla Regina Renee Rhonda Roberta Rosa Roxanne Sally Sabrina Selena Sheila
Sherry Sonia Stacey Stacy Susanna Sylvia Tamara Tammy Tanya Tara Tonya Trisha Ursula Wanda Yolanda Yvonne
Zoe Ava Amelia Ella Chloe Layla Camila Aaliyah Lakeisha Shanice Latisha Keshia Shaniqua Fatima Juanita Priya
"""
_MEN = """
James Robert John Michael David William Richard Joseph Thomas Christopher Charles Daniel Anthony Steven
Andrew Paul Joshua Kenneth Kevin Brian Timothy Ronald Jason George Edward Jeffrey Jacob Nicholas Gary Eric
Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Alexander Patrick Raymond Dennis Jerry
Tyler Aaron Jose Adam Nathan Henry Zachary Douglas Peter Kyle Noah Ethan Jeremy Walter Keith Roger Sean
Gerald Harold Dylan Arthur Lawrence Bryan Joe Billy Bruce Gabriel Alan Juan Ralph Roy Eugene Russell Bobby
Philip Louis Vincent Johnny Bradley Derek Derrick Dustin Edwin Elijah Ernest Francisco Fred Frederick Gavin
Glenn Gordon Graham Harry Herbert Howard Hugh Ian Isaac Ivan Jared Jeff Jeffery Jim Jimmy Jorge Julian Karl
Ken Kurt Leon Leonard Leonardo Liam Lloyd Lucas Luis Luke Malcolm Marco Marcus Mario Marvin Matt Mike
Mitchell Mohammed Muhammad Nathaniel Oliver Omar Oscar Pablo Pedro Phil Preston Rafael Ramon Randall Raul
Ricardo Roberto Rodney Roland Ron Ross Ruben Ryan Salvador Seth Shane Shaun Simon Spencer Stanley Steve
Stuart Ted Theodore Tim Tom Tommy Tony Travis Trevor Troy Victor Wesley Willie Xavier Zach Dan Dave Doug Ben
Bob Bernard Albert Alfred Alberto Alejandro Andres Antonio Barry Brent Calvin Carlos Cesar Clarence Clifford
Clinton Cody Curtis Damon Darrell Darren Darryl Dominic Donald Duane Eddie Eduardo Enrique Felipe Fernando
Geoff Gilbert Hector Javier Joel Josh Kirk Manuel Maurice Miguel Nelson Owen Quentin Reginald Rudy Sergio
Terrence Tyrell DeShawn DeAndre Lamar Malik Aiden Arjun Rahul
"""

_AMBIGUOUS_WOMEN = """
Alexa Amber April Aurora Autumn Bella Brooklyn Carol Carolina Charity Charlotte Chelsea Crystal Daisy Dawn
Destiny Eve Faith Florence Georgia Ginger Grace Harmony Heather Holly Hope Iris Ivy Jade Joy June Kennedy
Lily Madison Melody Mercedes Olive Pearl Penny Rose Ruby Savannah Sue Summer Sydney Trinity Victoria Violet
Virginia Whitney
"""
_AMBIGUOUS_MEN = """
Art Austin Bill Chad Chase Chip Christian Cliff Dean Diego Don Drew Duke Earl Frank Gene Grant Guy Houston
Hunter Jack Jackson Jesus Lance Lincoln Logan Mark Marshall Mason Max Miles Nick Norm Ray Reed Rich Rob Rod
Tucker Wade Will
"""

_ALSO = listed("Clinton Ebony Kenya Mia Nelson Oscar Preston Roy Salvador Spencer Victor")
AMBIGUOUS = frozenset(name.lower() for name in (*listed(_AMBIGUOUS_WOMEN), *listed(_AMBIGUOUS_MEN), *_ALSO))
"""Names that are also words, places, months or brands: never taken for a person in running text."""

WOMEN = tuple(dict.fromkeys((*listed(_WOMEN), *WHITE_WOMEN, *BLACK_WOMEN, *listed(_AMBIGUOUS_WOMEN))))
MEN = tuple(dict.fromkeys((*listed(_MEN), *WHITE_MEN, *BLACK_MEN, *listed(_AMBIGUOUS_MEN))))

PLACE_BEFORE = frozenset(
    listed(
        """
    st saint san santa santo lake mount mt port fort ft point cape queen king prince princess lady lord
    pope hurricane storm hotel hms uss upon
    """
    )
)
PLACE_AFTER = frozenset(
    listed(
        """
    street st avenue ave road rd blvd boulevard drive lane square station airport park beach county hall
    bridge university college school hospital institute island islands river bay hill hills valley
    springs hole inc corp llc ltd company co bros brothers motors airlines bank award cup act
    """
    )
)
GREETING = frozenset(
    listed(
        """
    hi hello hey dear thanks thank thx ty cheers ask told tell meet met called call and with by from for
    to of is was that my our your his her love sincerely regards sorry congrats congratulations morning
    afternoon evening bye yes no ok okay but so when if because agent rep captain aunt uncle auntie
    brother sister poor little only finally however maybe perhaps first later last then
    bravo shout kudos props huge many please let see say says said miss loved
    """
    )
)
"""Capitalised before a name at a sentence's start or in a headline, and no name itself."""
