"""Somebody else's code, run where it can do nothing but compute: a child process without rights.

A model that must be unpickled is code. It is opened in a process of its own that can reach no network, write
no file, start no program, signal nobody and read no more than Python's own libraries, and that answers in
numbers over a pipe. `airworthy.adapters.sandbox.model` is the way in.

permission  which file a person allowed, by its digest
model       the model as the checks ask it
process     the parent's side: start, ask in time, end
messages    what is said over the pipe, and how long it may be
rows        the rows of a table as they are sent
child       the child's side: confine itself, open the model, answer
opened      which library opens which kind of file; runs in the child only
confine     what a process gives up, and what it then tries in vain
landlock, seccomp, syscall_table, namespaces, linux
            the kernel's own means, through its own interface
"""
