"""A conversation over one fault, a log that was handed in, or everything: questions, look-ups, answers that cite.

Owns, one module each: what may be looked at (`world`, `stored`, `pasted`), the look-ups (`tools/`) and carrying them
out within limits (`desk`), evidence over turns (`notebook`), answers without a model (`rules/`, `intents.toml`), a
model that plans look-ups (`model_speaker`), checking citations (`checking`), keeping it all (`store`), and the order of
a turn (`talking`). Keeps out: settings, HTTP, printing. Nothing here changes anything but the conversation itself.
"""
