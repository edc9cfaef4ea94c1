"""What work costs: seconds, CPU, money, energy, carbon and memory of a process and all its descendants.

The standard library and psutil only, so that `airworthy guard` and serving start without the laboratory.
"""
