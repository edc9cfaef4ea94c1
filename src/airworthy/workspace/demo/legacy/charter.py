"""The charter that joins the four systems, before and after the rules that the audit proposes."""

from __future__ import annotations

from collections.abc import Mapping

TOKEN = "AIRWORTHY_DEMO_TOKEN"
"""Environment variable with the CRM's token: a charter names where a secret is kept, never the secret."""

_TEXT = '''\
format = 1
name = "churn"
purpose = "Choose whom the care team calls before they leave"
kpi = "customers lost a month"
task = "binary"

[[sources]]
name = "shop"
owner = "Shop team"
purpose = "customer care"
legal_basis = "contract"
[sources.database]
url = "sqlite:///shop.sqlite"
query = """
select decision, decided_at, churned, segment, name, street, town, phone, d.customer_no
from decisions d join customers c on c.customer_no = d.customer_no
order by decision"""

[[sources]]
name = "usage"
path = "exports/usage-*.csv"
event_time = "exported"
known_after = "1d"
owner = "Platform team"
purpose = "service improvement"
legal_basis = "contract"
[sources.rename]
cust_id = "customer"
account_id = "customer"
export_date = "exported"
usage_min = "usage"
usage_h = "usage"
support_tickets = "tickets"

[[sources]]
name = "crm"
owner = "Sales"
purpose = "customer care"
legal_basis = "contract"
secret = "env:{token}"
[sources.api]
url = "{url}/v2/contacts"
pages = "page"
page_parameter = "page"
size_parameter = "per_page"
rows_at = "contacts"
total_at = "meta.total"
key = ["id"]
changed_at = "changed_at"
timeout = "2s"
min_wait = "20ms"
max_wait = "200ms"

[[sources]]
name = "care"
path = "care-team.xlsx"
[sources.rename]
"Contact Name" = "name"
"Contact Address" = "street"
"Contact Town" = "town"
"Contact Phone" = "phone"
"Agreement Tier" = "tier"
"Agreement Kept by" = "kept_by"

[[joins]]
source = "usage"
on = {{ customer_no = "customer" }}
as_of = true
max_age = "40d"
columns = ["usage", "tickets"]
{usage}
[[joins]]
source = "crm"
on = {{ customer_no = "reference" }}
columns = ["id", "complaints", "satisfaction"]
prefix = "crm_"
{crm}
[[joins]]
source = "care"
columns = ["tier"]
prefix = "care_"
[joins.link]
many = true

[target]
column = "churned"
positive = "yes"

[data]
decision_time = "decided_at"
entity = ["customer_no"]
exclude = ["decision", "name", "street", "town", "phone", "crm_id"]

[split]
method = "time"

[costs]
currency = "EUR"
false_positive = 10
false_negative = [60, 120]

[budget]
time = "{budget}s"

[[sinks]]
name = "crm"
owner = "Sales"
key = {{ crm_id = "id" }}
columns = {{ probability = "score", decision = "call", version = "model" }}
secret = "env:{token}"
[sinks.api]
url = "{url}/v2/scores"
method = "PUT"
batch = 40
rows_at = "scores"
refused_at = "refused"
place_at = "place"
again_at = "again"
read_url = "{url}/v2/scores?page={{page}}&per_page=100"
read_at = "scores"
timeout = "2s"
min_wait = "20ms"
max_wait = "200ms"

[[sinks]]
name = "calls"
owner = "Care team"
key = {{ customer_no = "customer" }}
columns = {{ decision = "call", probability = "score", reason = "why" }}
[sinks.file]
path = "calls.xlsx"

[[people]]
name = "Ada"
roles = ["author"]

[[people]]
name = "Bea"
roles = ["approver"]
'''


def charter_text(url: str, rules: Mapping[str, str], budget: int) -> str:
    """The charter for a CRM at `url`; `rules` are the lines of the joins of "usage" and "crm"."""
    lines = {name: rules[name] + "\n" if name in rules else "" for name in ("usage", "crm")}
    return _TEXT.format(url=url, token=TOKEN, budget=budget, **lines)
