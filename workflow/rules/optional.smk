"""The rules that only some configurations need. No rules here."""

for part in OPTIONAL_PARTS:

    include: f"{part}.smk"
