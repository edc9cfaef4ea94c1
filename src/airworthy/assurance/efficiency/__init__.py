"""What a model takes once it serves: time of a request, rows a second, memory, room on disk, energy.

runs    batches and requests, timed and metered
memory  a fresh process that holds nothing but serving and the model
fresh   that process
facts   the names under which checks share these measurements
"""
