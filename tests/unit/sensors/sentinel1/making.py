"""Made-up Sentinel-1 GRD products: manifest, annotation and tables that agree with one orbit and each other."""

import datetime
import shutil
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np

from landloom.demo.radar.elements import numbers, vector
from unit.sensors.sentinel1.made_orbit import (
    SPEED_OF_LIGHT,
    TO_DEGREES,
    Scene,
    angles,
    grid,
    points,
    record,
    record_times,
    states,
)


def stamp(scene, seconds):
    return (scene.start + datetime.timedelta(microseconds=round(seconds * 1e6))).isoformat(timespec="microseconds")


def header(scene, polarisation):
    return (
        f"<adsHeader><missionId>{scene.mission}</missionId><productType>GRD</productType>"
        f"<polarisation>{polarisation}</polarisation><mode>IW</mode><swath>IW</swath>"
        f"<startTime>{stamp(scene, 0)}</startTime>"
        f"<absoluteOrbitNumber>{scene.orbit}</absoluteOrbitNumber></adsHeader>"
    )


def orbit_list(scene):
    times = np.arange(-60.0, scene.seconds + 80.0, 10.0)
    vectors = [
        f"<orbit><time>{stamp(scene, time)}</time><frame>Earth Fixed</frame>"
        f"{vector('position', position)}{vector('velocity', velocity)}</orbit>"
        for time, position, velocity in zip(times, *states(scene, times), strict=True)
    ]
    return f'<orbitList count="{len(vectors)}">{"".join(vectors)}</orbitList>'


def conversions(scene):
    records = [
        f"<coordinateConversion><azimuthTime>{stamp(scene, time)}</azimuthTime><sr0>0</sr0>"
        f"{numbers('srgrCoefficients', np.zeros(1))}<gr0>0.000000000000000e+00</gr0>"
        f"{numbers('grsrCoefficients', record(scene, time), '.17e')}</coordinateConversion>"
        for time in record_times(scene)
    ]
    return f"<coordinateConversionList>{''.join(records)}</coordinateConversionList>"


def geolocation(scene):
    line, pixel, times, ranges, there, _ = grid(scene)
    longitude, latitude, height = TO_DEGREES.transform(*there.T)
    incidence, elevation = angles(states(scene, times)[0], there)
    names = ("slantRangeTime", "line", "pixel", "latitude", "longitude", "height", "incidenceAngle", "elevationAngle")
    columns = (2 * ranges / SPEED_OF_LIGHT, line, pixel, latitude, longitude, height, incidence, elevation)
    found = [
        f"<geolocationGridPoint><azimuthTime>{stamp(scene, time)}</azimuthTime>"
        + "".join(f"<{name}>{one:.15e}</{name}>" for name, one in zip(names, row, strict=True))
        + "</geolocationGridPoint>"
        for time, row in zip(times, np.array(columns).T, strict=True)
    ]
    return f"<geolocationGridPointList>{''.join(found)}</geolocationGridPointList>"


def annotation(scene, polarisation="VV"):
    """Return the annotation of an image."""
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><product>{header(scene, polarisation)}<generalAnnotation>"
        f"<productInformation><pass>{scene.direction}</pass></productInformation>{orbit_list(scene)}"
        f"</generalAnnotation><imageAnnotation><imageInformation>"
        f"<productFirstLineUtcTime>{stamp(scene, 0)}</productFirstLineUtcTime>"
        f"<slantRangeTime>{2 * scene.near_range / SPEED_OF_LIGHT:.15e}</slantRangeTime>"
        f"<rangePixelSpacing>1.000000e+01</rangePixelSpacing>"
        f"<azimuthTimeInterval>{scene.line_interval:.15e}</azimuthTimeInterval>"
        f"<numberOfSamples>{scene.samples}</numberOfSamples><numberOfLines>{scene.lines}</numberOfLines>"
        f"</imageInformation><processingInformation>"
        f"<thermalNoiseCorrectionPerformed>false</thermalNoiseCorrectionPerformed>"
        f"<orbitSource>Auxiliary</orbitSource></processingInformation></imageAnnotation>"
        f"<coordinateConversion>{conversions(scene)}</coordinateConversion>"
        f"<geolocationGrid>{geolocation(scene)}</geolocationGrid></product>"
    )


def axis(scene, step=40):
    return np.append(np.arange(0, scene.samples - 1, step), scene.samples - 1)


def calibration(scene, polarisation="VV"):
    """Return the calibration of an image: beta nought of one number, sigma and gamma by the incidence angle."""
    pixels = axis(scene)
    ranges = scene.near_range + 6.0 * pixels
    position = states(scene, np.zeros(pixels.size))[0]
    there = points(scene, np.zeros(pixels.size), ranges, np.full(pixels.size, scene.height))
    angle = np.radians(angles(position, there)[0])
    values = {
        "sigmaNought": 474.0 / np.sqrt(np.sin(angle)),
        "betaNought": np.full(pixels.size, 474.0),
        "gamma": 474.0 / np.sqrt(np.tan(angle)),
    }
    body = numbers("pixel", pixels, "d") + "".join(numbers(tag, one, ".6e") for tag, one in values.items())
    vectors = [
        f"<calibrationVector><line>{line}</line>{body}</calibrationVector>"
        for line in range(0, scene.lines + 667, 667)
    ]
    return (
        f"<calibration>{header(scene, polarisation)}<calibrationVectorList>{''.join(vectors)}"
        "</calibrationVectorList></calibration>"
    )


def noise(scene, polarisation="VV", level=1500.0):
    """Return the noise of an image in the form of its processor's version."""
    pixels = axis(scene)
    values = level * (1.0 + 0.5 * np.cos(pixels / scene.samples * 9.0))
    lines = [*range(0, scene.lines - 1, 700), scene.lines - 1]
    if scene.ipf < "002.90":
        vectors = [
            f"<noiseVector><line>{line}</line>{numbers('pixel', pixels, 'd')}{numbers('noiseLut', values, '.6e')}"
            "</noiseVector>"
            for line in lines
        ]
        body = f"<noiseVectorList>{''.join(vectors)}</noiseVectorList>"
    else:
        vectors = [
            f"<noiseRangeVector><line>{line}</line>{numbers('pixel', pixels, 'd')}"
            f"{numbers('noiseRangeLut', values, '.6e')}</noiseRangeVector>"
            for line in lines
        ]
        body = f"<noiseRangeVectorList>{''.join(vectors)}</noiseRangeVectorList>{azimuth_noise(scene)}"
    return f"<noise>{header(scene, polarisation)}{body}</noise>"


def azimuth_noise(scene):
    edges = np.linspace(0, scene.samples, 4).astype(int)
    lines = np.append(np.arange(0, scene.lines - 1, 10), scene.lines - 1)
    blocks = [
        f"<noiseAzimuthVector><swath>IW{n}</swath><firstAzimuthLine>0</firstAzimuthLine>"
        f"<firstRangeSample>{left}</firstRangeSample><lastAzimuthLine>{scene.lines - 1}</lastAzimuthLine>"
        f"<lastRangeSample>{right - 1}</lastRangeSample>{numbers('line', lines, 'd')}"
        f"{numbers('noiseAzimuthLut', 1.07 + 0.07 * np.cos(lines / 150.0 + n), '.6e')}</noiseAzimuthVector>"
        for n, (left, right) in enumerate(pairwise(edges), 1)
    ]
    return f"<noiseAzimuthVectorList>{''.join(blocks)}</noiseAzimuthVectorList>"


def corners(scene):
    """Return longitude and latitude of the corners, around the image."""
    times = np.array([0.0, 0.0, scene.seconds, scene.seconds])
    ranges = scene.near_range + np.array([0.0, 1.0, 1.0, 0.0]) * scene.samples * 6.0
    longitude, latitude, _ = TO_DEGREES.transform(*points(scene, times, ranges, np.full(4, scene.height)).T)
    return list(zip(longitude, latitude, strict=True))


def manifest(scene, footprint=None):
    """Return the manifest of a product; its footprint is that of the image where none is given."""
    ring = " ".join(f"{lat:.6f},{lon:.6f}" for lon, lat in footprint or corners(scene))
    return (
        '<xfdu:XFDU xmlns:xfdu="urn:ccsds:schema:xfdu:1" xmlns:safe="http://www.esa.int/safe/sentinel-1.0" '
        'xmlns:s1="http://www.esa.int/safe/sentinel-1.0/sentinel-1" xmlns:gml="http://www.opengis.net/gml">'
        '<metadataSection><metadataObject ID="processing"><metadataWrap><xmlData>'
        f'<safe:processing name="GRD Post Processing" stop="{scene.processed}"><safe:facility>'
        f'<safe:software name="Sentinel-1 IPF" version="{scene.ipf}"/></safe:facility><safe:resource>'
        '<safe:processing name="SLC Processing" stop="2001-01-01T00:00:00"><safe:facility>'
        '<safe:software name="older" version="001.00"/></safe:facility></safe:processing></safe:resource>'
        "</safe:processing></xmlData></metadataWrap></metadataObject>"
        '<metadataObject ID="measurementOrbitReference"><safe:orbitReference>'
        f'<safe:orbitNumber type="start">{scene.orbit}</safe:orbitNumber>'
        f'<safe:relativeOrbitNumber type="start">{scene.relative_orbit}</safe:relativeOrbitNumber>'
        f"<s1:pass>{scene.direction.upper()}</s1:pass></safe:orbitReference></metadataObject>"
        '<metadataObject ID="measurementFrameSet"><safe:footPrint>'
        f"<gml:coordinates>{ring}</gml:coordinates></safe:footPrint></metadataObject></metadataSection></xfdu:XFDU>"
    )


def file_names(scene, polarisation, number):
    """Return the names of annotation, calibration, noise and measurement in a SAFE folder."""
    times = "-".join(f"{one:%Y%m%dt%H%M%S}" for one in (scene.start, scene.stop))
    image = f"{scene.mission}-iw-grd-{polarisation}-{times}-{scene.orbit:06d}-{scene.data_take}-{number:03d}".lower()
    folder = "annotation/calibration"
    annotated = (f"annotation/{image}.xml", f"{folder}/calibration-{image}.xml", f"{folder}/noise-{image}.xml")
    return (*annotated, f"measurement/{image}.tiff")


def make_safe(folder: Path, scene: Scene, footprint=None, *, with_tables: bool = False) -> Path:
    """Write a SAFE folder: with its manifest and empty files, or with all annotation (which takes a second)."""
    path = folder / f"{scene.name}.SAFE"
    texts = {"manifest.safe": manifest(scene, footprint)}
    for number, polarisation in enumerate(scene.polarisations, 1):
        makers = (annotation, calibration, noise) if with_tables else ()
        contents = [make(scene, polarisation) for make in makers] or ["", "", ""]
        texts.update(zip(file_names(scene, polarisation, number), [*contents, ""], strict=True))
    for name, text in texts.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    return path


def zipped(safe: Path) -> Path:
    """Pack a SAFE folder as it is downloaded, in place of it."""
    path = safe.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(safe.rglob("*")):
            archive.write(file, file.relative_to(safe.parent))
    shutil.rmtree(safe)
    return path
