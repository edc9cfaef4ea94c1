"""From an idea to a charter: the questions, several people's answers, and what does not go together."""
