"""The metadata file of a product, in the style of MUSCATE."""

import datetime
from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from landloom.demo.imaging import BANDS_10_M, BANDS_20_M, NODATA, QUANTIFICATION
from landloom.demo.passes import Observation
from landloom.demo.phenology import BANDS

GROUPS = {"R1": (10, BANDS_10_M), "R2": (20, BANDS_20_M)}
MASK_NATURES = {"CLM": "Cloud", "SAT": "Saturation", "EDG": "Edge"}


def product_metadata(observation: Observation) -> bytes:
    """Return the content of ``*_MTD_ALL.xml``, UTF-8."""
    root = Element("Muscate_Metadata_Document")
    _identification(root, observation)
    _characteristics(root, observation)
    _geoposition(root, observation)
    _organisation(root, observation.product)
    _angles(root, observation)
    _radiometry(root)
    ElementTree.indent(root)
    found: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"
    return found


def _add(parent: Element, tag: str, text: object, /, **attributes: str) -> None:
    SubElement(parent, tag, attributes).text = str(text)


def _timestamp(time: datetime.datetime) -> str:
    return time.isoformat(timespec="milliseconds") + "Z"


def _identification(root: Element, observation: Observation) -> None:
    about = SubElement(root, "Metadata_Identification")
    _add(about, "METADATA_FORMAT", "METADATA_MUSCATE", version="1.15")
    _add(about, "METADATA_PROFILE", "DISTRIBUTED")
    dataset = SubElement(root, "Dataset_Identification")
    _add(dataset, "IDENTIFIER", observation.product)
    _add(dataset, "TITLE", "Synthetic product of the landloom demonstration")
    _add(dataset, "PROJECT", "SENTINEL2")
    _add(dataset, "GEOGRAPHICAL_ZONE", observation.tile.name, type="Tile")


def _characteristics(root: Element, observation: Observation) -> None:
    product = SubElement(root, "Product_Characteristics")
    _add(product, "PRODUCT_ID", observation.product)
    _add(product, "ACQUISITION_DATE", _timestamp(observation.time))
    _add(product, "PRODUCTION_DATE", _timestamp(observation.time + datetime.timedelta(days=2)))
    _add(product, "PRODUCT_VERSION", observation.version.removeprefix("C_V").removeprefix("D_V").replace("-", "."))
    _add(product, "PRODUCT_LEVEL", "L2A")
    _add(product, "PLATFORM", observation.satellite)
    _add(product, "ORBIT_NUMBER", observation.tile.relative_orbit, type="Path")
    bands = SubElement(product, "Band_Global_List", count=str(len(BANDS)))
    for band in BANDS:
        _add(bands, "BAND_ID", band)
    groups = SubElement(product, "Band_Group_List")
    for group, (_, group_bands) in GROUPS.items():
        listed = SubElement(SubElement(groups, "Group", group_id=group), "Band_List", count=str(len(group_bands)))
        for band in group_bands:
            _add(listed, "BAND_ID", band)


def _geoposition(root: Element, observation: Observation) -> None:
    tile = observation.tile
    position = SubElement(root, "Geoposition_Informations")
    system = SubElement(position, "Coordinate_Reference_System")
    _add(system, "GEO_TABLES", "EPSG", version="8.2")
    horizontal = SubElement(system, "Horizontal_Coordinate_System")
    _add(horizontal, "HORIZONTAL_CS_TYPE", "PROJECTED")
    _add(horizontal, "HORIZONTAL_CS_NAME", tile.crs_name)
    _add(horizontal, "HORIZONTAL_CS_CODE", tile.epsg)
    groups = SubElement(SubElement(position, "Geopositioning"), "Group_Geopositioning_List")
    for group, (pixel_m, _) in GROUPS.items():
        placed = SubElement(groups, "Group_Geopositioning", group_id=group)
        size = tile.size_m // pixel_m
        values = {
            "ULX": tile.left_m,
            "ULY": tile.top_m,
            "XDIM": pixel_m,
            "YDIM": -pixel_m,
            "NROWS": size,
            "NCOLS": size,
        }
        for name, value in values.items():
            _add(placed, name, value)


def _organisation(root: Element, product: str) -> None:
    muscate = SubElement(SubElement(root, "Product_Organisation"), "Muscate_Product")
    images = SubElement(muscate, "Image_List")
    for nature, short in (("Surface_Reflectance", "SRE"), ("Flat_Reflectance", "FRE")):
        files = [(f"{product}_{short}_{band}.tif", {"band_id": band}) for band in BANDS]
        _file_list(SubElement(images, "Image"), "Image", nature, "int16", files)
    masks = SubElement(muscate, "Mask_List")
    for short, nature in MASK_NATURES.items():
        files = [(f"MASKS/{product}_{short}_{group}.tif", {"group_id": group}) for group in GROUPS]
        _file_list(SubElement(masks, "Mask"), "Mask", nature, "byte", files)


def _file_list(
    parent: Element, kind: str, nature: str, encoding: str, files: Sequence[tuple[str, dict[str, str]]]
) -> None:
    properties = SubElement(parent, f"{kind}_Properties")
    _add(properties, "NATURE", nature)
    _add(properties, "FORMAT", "image/tiff")
    _add(properties, "ENCODING", encoding)
    listed = SubElement(parent, f"{kind}_File_List")
    for path, attributes in files:
        _add(listed, f"{kind.upper()}_FILE", path, **attributes)


def _angles(root: Element, observation: Observation) -> None:
    zenith_deg, azimuth_deg = observation.sun_zenith_azimuth_deg
    sun = SubElement(SubElement(SubElement(root, "Geometric_Informations"), "Mean_Value_List"), "Sun_Angles")
    _add(sun, "ZENITH_ANGLE", f"{zenith_deg:.6f}", unit="deg")
    _add(sun, "AZIMUTH_ANGLE", f"{azimuth_deg:.6f}", unit="deg")


def _radiometry(root: Element) -> None:
    radiometry = SubElement(root, "Radiometric_Informations")
    _add(radiometry, "REFLECTANCE_QUANTIFICATION_VALUE", QUANTIFICATION)
    special = SubElement(radiometry, "Special_Values_List")
    _add(special, "SPECIAL_VALUE", NODATA, name="nodata")
