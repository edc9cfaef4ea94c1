"""Charters that the tests read: one with every key, one with only what is needed, one joined in time."""

MINIMAL = """\
name = "churn"
purpose = "Choose whom to call"
task = "binary"

[[sources]]
name = "customers"
path = "customers.csv"

[target]
column = "Churn"
"""

FLIGHTS = """\
# A joined, time-dependent problem.
format = 1
name = "late-flights"
purpose = "Warn before departure that a flight will arrive more than 30 minutes late"
kpi = "compensation per 1,000 flights"
task = "binary"
seed = 7

[[sources]]
name = "flights"
path = "flights.csv"
event_time = "time_hour"
zone = "America/New_York"
rows = 336776
owner = "Network planning"
purpose = "service improvement"
legal_basis = "contract"

[[sources]]
name = "weather"
path = "weather.csv"
event_time = "observed"
known_after = "20m"

[[sources]]
name = "airports"
path = "airports.csv"

[[joins]]
source = "weather"
on = ["origin"]
as_of = true
max_age = "3h"
columns = [
  "wind_speed",
  "visib",
]
prefix = "w_"

[[joins]]
source = "airports"
on = { dest = "faa" }

[target]
column = "arr_delay"
above = 30
missing = "positive"
matures_after = "2d"

[data]
decision_time = "time_hour"
entity = ["tailnum"]
exclude = ["year"]
after_decision = ["dep_time", "dep_delay", "air_time"]
types = { flight = "identifier" }

[split]
method = "time"
sealed = 0.2
validation = 0.25
max_openings = 2

[costs]
currency = "EUR"
false_positive = 5
false_negative = [80, 200]

[budget]
time = "3m"
rate_per_hour = 0.4
memory = "4GiB"

[[people]]
name = "Ada"
roles = ["approver", "owner"]
public_key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

[[people]]
name = "Grace"
roles = ["approver"]

[fairness]
protected = ["carrier"]
max_gap = 0.1
min_rows = 300
use_as_input = true

[serving]
latency = "50ms"

[serving.fallback]
decision = "true"
column = "w_wind_speed"
at_least = 30
otherwise = "false"

[monitoring]
window = "1d"
persistence = 2
min_rows = 500

[promotion]
approvals = 2

[checks]
required = ["PER001", "SRV001"]

[checks.limits]
PER001 = { low = 0.65 }
FAI001 = { low = -0.1, high = 0.1 }

[glossary]
dest = "airport of arrival"

[units]
w_visib = "miles"
"""

SENTIMENT = """\
name = "tone"
purpose = "Sort messages to the right desk"
task = "multiclass"

[[sources]]
name = "messages"
path = "messages.csv"

[target]
column = "tone"

[costs]
currency = "USD"

[costs.matrix]
negative = { neutral = 1, positive = 4 }
positive = { neutral = 1, negative = 2.5 }
"""

PRICES = """\
name = "prices"
purpose = "Offer a first price"
task = "regression"

[[sources]]
name = "houses"
path = "houses.csv"

[target]
column = "price"

[costs]
currency = "USD"
over = 0.1
under = [0.2, 0.4]

[serving.fallback]
decision = 180000
"""

EVERY = {"minimal": MINIMAL, "flights": FLIGHTS, "sentiment": SENTIMENT, "prices": PRICES}
