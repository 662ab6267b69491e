"""What masks cover: their own nodata values, and pixels that the files of bands hide beside them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from landloom.reading.band_reader import is_invalid
from landloom.sensors.acquisition import Acquisition, Mask
from landloom.survey.integrity import Inspection


def notes(acquisitions: Sequence[Acquisition], inspections: Mapping[Acquisition, Inspection]) -> Iterator[str]:
    """Yield notes on nodata values that masks declare, one for each sensor, number and rule."""
    told = set()
    for acquisition in acquisitions:
        files = inspections[acquisition].masks
        for mask, file in zip(acquisition.masks, files, strict=True):
            text = "" if file.nodata is None else _note(mask, file.nodata)
            if text and (acquisition.sensor, text) not in told:
                told.add((acquisition.sensor, text))
                level, said = ("note", text) if mask.calls_clear(file.nodata or 0.0) else ("warning", text)
                yield f"{level}: sensors.{acquisition.sensor}: the mask {file.band.name} {said}"


def _note(mask: Mask, nodata: float) -> str:
    if mask.calls_clear(nodata):
        return f"declares the nodata value {nodata:g}, which a rule calls clear: such pixels are clear"
    if is_invalid(mask, np.array([nodata])).all():
        return ""
    return (
        f"declares the nodata value {nodata:g}, which no rule names: such pixels are not clear (name it in "
        "`valid_values` if they are)"
    )


def with_hidden_pixels(
    acquisitions: Sequence[Acquisition], inspections: Mapping[Acquisition, Inspection]
) -> list[Acquisition]:
    """Return acquisitions as surveys read them: with their bands if a mask or an alpha band hides pixels of these."""
    hidden = {one: any(file.hidden for file in inspections[one].bands) for one in acquisitions}
    return [replace(one, masks_cover_nodata=False) if hidden[one] else one for one in acquisitions]
