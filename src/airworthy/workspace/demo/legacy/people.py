"""Names and places that the demo's customers are drawn from; any likeness to somebody is chance."""

_FIRST = (
    "Ada Amir Anna Bela Bruno Carla Chen Clara Daan Dina Elif Emil Eva Farid Finn Greta Hana Hugo Ida Ines "
    "Ivan Jana Jonas Julia Kaya Lars Lea Leon Lina Luca Maja Marco Maria Mila Nadia Nils Nora Omar Otto "
    "Paula Petra Quinn Rosa Ruben Sara Selma Sven Tara Theo Tilda Uma Vera Viktor Yara Zoe"
)
_LAST = (
    "Abbott Adler Baker Bauer Becker Berg Blum Brandt Carter Costa Dahl Demir Dietz Ebert Engel Falk "
    "Fischer Fuchs Garcia Graf Haas Hahn Hansen Hoffmann Ivanov Jansen Keller King Klein Koch Kowalski Kraus "
    "Kuhn Lang Larsen Lindner Lopez Maier Martin Meyer Moreau Nagel Novak Olsen Otto Peters Pohl Quast "
    "Richter Rossi Roth Sander Schmidt Schulz Silva Simon Sommer Stein Taylor Thomas Vogel Wagner Weber "
    "Winter Wolf Yilmaz Zimmer"
)
FIRST, LAST = tuple(_FIRST.split()), tuple(_LAST.split())
STREETS = (
    *("Harbour Road", "Mill Lane", "Station Street", "Church Street", "Park Avenue", "Long Acre"),
    *("Market Square", "Bridge Street", "Garden Way", "North Quay", "South Quay", "Linden Walk"),
    *("School Lane", "Castle Hill", "River Side", "Old Town Gate", "Kings Road", "Orchard Close"),
)
TOWNS = (
    *(("Norwick", "10"), ("Seabrook", "12"), ("Aldermoor", "14"), ("Kingsford", "21"), ("Westhaven", "23")),
    *(
        ("Brackley Bay", "31"),
        ("Ashminster", "35"),
        ("Dunmere", "42"),
        ("Larkfield", "48"),
        ("Stonely", "55"),
    ),
)
