"""`airworthy run` of a charter with the limit: the command as people start it, from its start to its exit."""

import json
import subprocess
import sys
from pathlib import Path

CHARTER = """
name = "budget"
purpose = "Keep the limit"
task = "{task}"
seed = {seed}
[[sources]]
name = "main"
path = "train.parquet"
[target]
column = "{target}"
{positive}
[budget]
time = "{seconds:g}s"
"""

folder, seconds = Path(sys.argv[1]), float(sys.argv[2])
task = json.loads((folder / "task.json").read_text())
positive = 'positive = "1"' if task["task"] == "binary" else ""
(folder / "airworthy.toml").write_text(CHARTER.format(**task, seconds=seconds, positive=positive))
command = [sys.executable, "-m", "airworthy.cli.main", "run", "--json", "--charter", str(folder)]
done = subprocess.run(command, capture_output=True, text=True, check=False)
answer = json.loads(done.stdout)
usable = "version" in answer
note = "; ".join([*answer.get("left_out", ()), *answer.get("put_off", ()), answer.get("ended_early") or ""])
note = note or answer.get("error", {}).get("message", "")
spent = answer["spend"]["seconds"] if usable else seconds
(folder / "figures.json").write_text(json.dumps({"seconds": spent, "usable": usable, "note": note}))
