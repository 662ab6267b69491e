import pytest

from landloom.context.agreement import check, of_content
from landloom.core.errors import InputError
from landloom.models.contextual import Contextual

PLAN = {"iterations": 3, "histogram": "labels", "superpixels": {"side_px": 10, "features": None}}
MODEL = Contextual((), of_content(PLAN))


def test_what_was_trained_alike_is_taken():
    check("a.npz", MODEL, PLAN)
    check("a.npz", object(), None)


@pytest.mark.parametrize(
    ("model", "wanted", "words"),
    [
        (object(), PLAN, "a.npz: was trained without context; leave out `context`"),
        (MODEL, None, "a.npz: was trained with context; give `context: {iterations: 3, histogram: labels}`"),
        (MODEL, PLAN | {"iterations": 1}, "another context: give `context.iterations: 3`, or train"),
        (MODEL, PLAN | {"superpixels": {"side_px": 5, "features": None}}, "give `superpixels.side_px: 10`, or train"),
    ],
)
def test_what_was_trained_otherwise_is_refused(model, wanted, words):
    with pytest.raises(InputError) as found:
        check("a.npz", model, wanted)
    assert words in str(found.value)
