"""The second floor: where a city works, whether or not it applies: evidence, data, knowledge."""
