"""Run a contestant's script of `automl/tools` with the `contest` that stands beside this file."""

import runpy
import sys

script = sys.argv.pop(1)
sys.argv[0] = script
runpy.run_path(script, run_name="__main__")
