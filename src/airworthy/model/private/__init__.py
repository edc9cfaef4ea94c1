"""Models trained with differential privacy: what is public of the columns, the plan, and the two learners."""
