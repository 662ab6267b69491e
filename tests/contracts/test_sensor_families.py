"""What every product family must do: one made-up product of each goes through listing, survey and description."""

import datetime
import subprocess
import sys

import pytest

from landloom.configuration import configuration
from landloom.core.errors import InputError
from landloom.core.stored_values import REFLECTANCE_SCALE
from landloom.sensors import archive_listing, registry
from landloom.sensors.inventory import Inventory
from landloom.sensors.settings import SensorSettings
from landloom.survey import descriptions, survey
from running import LEAST, ROOT
from unit.sensors.products import ALWAYS, MADE

HEAVY = ("numpy", "numba", "rasterio", "pandas", "sklearn", "pyproj", "requests", "pystac_client")


def test_every_family_has_a_made_up_product():
    assert set(MADE) == set(registry.FAMILIES)


def test_modules_of_families_start_light():
    """Snakemake lists archives while it plans."""
    modules = ", ".join(registry.FAMILIES.values())
    code = f"import sys; sys.path.insert(0, 'scripts'); import {modules}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {name.partition(".")[0] for name in done.stdout.split()} & set(HEAVY)


@pytest.fixture(params=list(registry.FAMILIES))
def family(request, tmp_path):
    """A family's name, its made-up product, and the section that describes it."""
    product = MADE[request.param]
    product.write(tmp_path / "archive")
    section = {"type": request.param, "archive": str(tmp_path / "archive"), **product.section}
    return request.param, product, registry.section_of(section)


def describe(section, tile):
    (found,) = registry.find(section, tile, *ALWAYS)
    return found, registry.describe(section, "own", tile, found)


def test_section_is_one_of_the_configuration(family):
    name, _, section = family
    assert isinstance(section, SensorSettings)
    assert section.type == name
    content = section.model_dump(mode="json")
    assert registry.section_of(content) == section
    parsed = configuration.parse(LEAST | {"sensors": {"own": content}, "grid": {"like": "{tile}.tif"}})
    assert parsed.sensors["own"] == section
    assert all(field.description for key, field in type(section).model_fields.items() if key != "type")


def test_a_product_is_found_and_described(family):
    _, made, section = family
    product, acquisition = describe(section, made.tile)
    assert (acquisition.sensor, acquisition.tile) == ("own", made.tile)
    assert (acquisition.date, acquisition.product) == (product.date, product.name)
    assert [name for name, _ in acquisition.bands] == list(section.bands)
    assert acquisition.masks or not section.HAS_GRID
    archive = f"{section.archive}/"
    assert all(file.startswith(archive) for file in acquisition.files)
    assert {file.removeprefix(archive) for file in acquisition.files} <= set(made.files)


def test_its_description_is_read_as_it_was_written(family, tmp_path):
    _, made, section = family
    _, acquisition = describe(section, made.tile)
    descriptions.write([acquisition], tmp_path / "a.json")
    assert repr(descriptions.read(tmp_path / "a.json", ["own"])) == repr({"own": [acquisition]})


def test_other_tiles_and_times_have_none(family):
    _, made, section = family
    product = registry.find(section, made.tile, *ALWAYS)[0]
    day = datetime.timedelta(1)
    assert registry.find(section, made.tile, ALWAYS[0], product.date - day) == []
    assert registry.find(section, made.tile, product.date + day, ALWAYS[1]) == []
    assert registry.find(section, made.tile, product.date, product.date) == [product]
    assert registry.find(section, "T01ABC", *ALWAYS) == []


def test_a_missing_raster_is_an_error_that_names_the_product(family):
    _, made, section = family
    product, acquisition = describe(section, made.tile)
    for file in {band.path for _, band in acquisition.bands} | {mask.source.path for mask in acquisition.masks}:
        path = type(ROOT)(file)
        path.unlink()
        try:
            found = registry.find(section, made.tile, *ALWAYS)
            again = [registry.describe(section, "own", made.tile, one) for one in found]
        except InputError as error:
            assert section.archive in str(error) or product.name in str(error)  # noqa: PT017
        else:  # opening it will tell; what is there must not pass as another product
            assert all(one.product == product.name for one in again)
        path.touch()


def test_listing_follows_its_files(family):
    _, made, section = family

    def listed():
        return archive_listing.listing({"own": section}, made.tile, *ALWAYS, Inventory())

    before = listed()
    assert listed() == before != []
    raster = next(name for name, text in made.files.items() if not text)
    (type(ROOT)(section.archive) / raster).write_text("changed")
    assert listed() != before


def test_an_acquisition_issued_twice_is_read_once(family):
    """Both together would be the mean of a faulty and a mended product."""
    name, made, section = family
    if not made.again:  # names have no version: a second product of one date is an error, or a copy
        assert name in ("series", "landsat_theia_old", "annual")
        return
    (first,) = registry.find(section, made.tile, *ALWAYS)
    made.write_again(type(ROOT)(section.archive))
    (read,) = registry.find(section, made.tile, *ALWAYS)
    assert (read.date, read.name != first.name) == (first.date, True)
    found = survey.find_acquisitions({"own": section}, made.tile, ALWAYS)
    assert [one.product for one in found.acquisitions] == [read.name]
    (left,) = found.left_out
    assert (left.product, left.status) == (first.name, "filtered")
    assert left.problem == f"{read.name} is a newer processing of the same acquisition"


def test_letters_are_of_its_bands(family):
    _, _, section = family
    letters = registry.common_names(section)
    assert set(letters) <= set(section.bands)
    assert letters or section.UNIT != REFLECTANCE_SCALE


def test_orbits_are_told_or_refused(family):
    name, made, section = family
    content = section.model_dump(mode="json") | {"orbits": [51]}
    if not section.TELLS_ORBIT:
        with pytest.raises(ValueError, match="have no orbit"):
            registry.section_of(content)
        return
    (product,) = registry.find(section, made.tile, *ALWAYS)
    orbit = registry.FAMILIES.load(name).orbit(product)
    assert registry.why_unwanted(section.model_copy(update={"orbits": [orbit]}), product) == ""
    assert "`orbits`" in registry.why_unwanted(section.model_copy(update={"orbits": [orbit + 1]}), product)


def test_nothing_found_has_a_message(family):
    _, _, section = family
    message = registry.no_products("own", section, "T", ALWAYS)
    assert message.startswith("sensors.own: no product of tile T")
    assert section.archive in message
    assert registry.problems("own", section, ["T31TCJ"]) == []
