"""Write radar products as a user finds them after unpacking a download: SAFE folders."""

import datetime
import math
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.control import GroundControlPoint

from landloom.demo.radar.annotation import Points, annotation
from landloom.demo.radar.backscatter import POLARISATIONS
from landloom.demo.radar.elements import DECLARATION, element, stamp
from landloom.demo.radar.frame import Frame
from landloom.demo.radar.passes import MISSION, Look
from landloom.demo.radar.table_files import calibration, noise
from landloom.demo.radar.tables import Tables
from landloom.demo.streams import Stream, generator

PROCESSOR = "003.40"
PROCESSED_S = 3 * 3600.0
NAMESPACES = (
    'xmlns:xfdu="urn:ccsds:schema:xfdu:1" xmlns:safe="http://www.esa.int/safe/sentinel-1.0" '
    'xmlns:s1="http://www.esa.int/safe/sentinel-1.0/sentinel-1" xmlns:gml="http://www.opengis.net/gml"'
)


def product_name(look: Look, frame: Frame, seed: int) -> str:
    """Return the name of a product, in whole seconds that hold the image."""
    times = [look.time + datetime.timedelta(seconds=one) for one in (_before(frame.start_s), _after(frame.end_s))]
    start, stop = (f"{time:%Y%m%dT%H%M%S}" for time in times)
    identifier = generator(seed, Stream.RADAR_PASSES, *look.keys, _after(frame.end_s)).integers(0x10000)
    return f"{MISSION}_IW_GRDH_1SDV_{start}_{stop}_{look.orbit:06d}_{look.data_take}_{identifier:04X}"


def _before(seconds: float) -> int:
    return math.floor(round(seconds, 6))


def _after(seconds: float) -> int:
    return math.ceil(round(seconds, 6))


def write_product(
    folder: Path,
    look: Look,
    frame: Frame,
    points: Points,
    tables: Tables,
    numbers: NDArray[np.uint16],
    seed: int,
) -> None:
    """Write one product below `folder`.

    Parameters
    ----------
    folder
        The archive.
    look
        The pass.
    frame
        Of the slice.
    points, tables
        Of the frame.
    numbers
        Shape (polarisations, lines, samples).
    seed
        From which its identifier is drawn.
    """
    name = product_name(look, frame, seed)
    product = folder / f"{name}.SAFE"
    for part in ("annotation/calibration", "measurement"):
        (product / part).mkdir(parents=True)
    (product / "manifest.safe").write_text(manifest(look, frame, points), encoding="utf-8")
    start, stop, orbit, data_take, _ = name.lower().split("_")[4:]
    for number, (polarisation, image) in enumerate(zip(POLARISATIONS, numbers, strict=True), 1):
        own = f"{MISSION}-iw-grd-{polarisation}-{start}-{stop}-{orbit}-{data_take}-{number:03d}".lower()
        texts = {
            f"annotation/{own}.xml": annotation(look, frame, points, polarisation, number),
            f"annotation/calibration/calibration-{own}.xml": calibration(look, frame, tables, polarisation, number),
            f"annotation/calibration/noise-{own}.xml": noise(look, frame, tables, polarisation, number),
        }
        for path, text in texts.items():
            (product / path).write_text(text, encoding="utf-8")
        _write_measurement(product / f"measurement/{own}.tiff", image, points)


def _write_measurement(path: Path, image: NDArray[np.uint16], points: Points) -> None:
    """Write the numbers of an image without a grid; points of control tell programs about where it lies."""
    places = zip(points.lines.tolist(), points.pixels.tolist(), *points.places.tolist(), strict=True)
    control = [GroundControlPoint(row=row, col=column, x=x, y=y, z=z) for row, column, x, y, z in places]
    lines, samples = image.shape
    profile = {"driver": "GTiff", "count": 1, "dtype": "uint16", "height": lines, "width": samples}
    # Real ones are not compressed, and have strips of one line.
    packing = {"compress": "deflate", "zlevel": 1, "predictor": 2, "blockysize": 16}
    with rasterio.open(path, "w", **profile, **packing, gcps=control, crs="EPSG:4326") as raster:
        raster.write(image, 1)


def manifest(look: Look, frame: Frame, points: Points) -> str:
    """Return the manifest of a product, XML: what tells which ground it shows, and from where."""
    processing = element(
        "safe:processing",
        element("safe:facility", f'<safe:software name="Sentinel-1 IPF" version="{PROCESSOR}"/>'),
        attributes=f'name="GRD Post Processing" stop="{stamp(look, frame.end_s + PROCESSED_S)}"',
    )
    orbit = element(
        "safe:orbitReference",
        *(element("safe:orbitNumber", look.orbit, attributes=f'type="{end}"') for end in ("start", "stop")),
        *(
            element("safe:relativeOrbitNumber", look.track.relative_orbit, attributes=f'type="{end}"')
            for end in ("start", "stop")
        ),
        element("s1:pass", look.track.direction.upper()),
    )
    longitudes, latitudes, _ = points.places
    # Around the image: the corners of the grid in its order of lines and pixels.
    columns = int((points.lines == 0).sum())
    ring = [0, columns - 1, len(points.lines) - 1, len(points.lines) - columns]
    corners = " ".join(f"{latitudes[corner]:.6f},{longitudes[corner]:.6f}" for corner in ring)
    footprint = element("safe:footPrint", element("gml:coordinates", corners))
    held = {"processing": processing, "measurementOrbitReference": orbit, "measurementFrameSet": footprint}
    objects = [
        element("metadataObject", element("metadataWrap", element("xmlData", one)), attributes=f'ID="{name}"') + "\n"
        for name, one in held.items()
    ]
    return DECLARATION + element("xfdu:XFDU", element("metadataSection", *objects), attributes=NAMESPACES)
