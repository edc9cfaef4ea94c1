"""`airworthy guard`: a stop of time, money, energy and memory around anybody's command.

Two processes watch each other. The *door* is what the person started; the *keeper* starts the command and
counts what it uses. Both adopt orphans, so a process that leaves its parent comes back to them, and either
one finishes the work when the other dies. Linux only; imports the standard library, the kernel and metering.
"""
