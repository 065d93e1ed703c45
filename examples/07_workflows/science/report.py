"""Writes what came out as a page, from the values of the nodes before it."""

import os

value = {
    name: os.environ[f"SCIWRIGHT_{name}"]
    for name in ("WINNER_WINNER", "WINNER_SKILL", "WINNER_LEARNING_RATE", "TOGETHER_SKILL")
}
page = f"""# Which model forecasts best?

{value['WINNER_WINNER']}, with a validation skill of {value['WINNER_SKILL']} at a step size of {value['WINNER_LEARNING_RATE']}.
The mean over both models is {float(value['TOGETHER_SKILL']):.4f}.
"""
with open("report.md", "w") as file:
    file.write(page)
print(page)
