"""Learners: each fits training rows and returns data that `airworthy.scoring` executes, never an object."""
