"""The pictures in docs/pictures are those that are taken, small, and of their size."""

import pytest
from PIL import Image

from tests.browser.screenshots import MOST_BYTES, PICTURES, PICTURES_OF, Picture


def test_there_are_these_and_no_others() -> None:
    files = {path.name for path in PICTURES.iterdir()}
    assert files == {f"{picture.name}.png" for picture in PICTURES_OF}, "run `make screenshots`"


@pytest.mark.parametrize("picture", PICTURES_OF, ids=[picture.name for picture in PICTURES_OF])
def test_a_picture_is_small_and_sharp(picture: Picture) -> None:
    path = PICTURES / f"{picture.name}.png"
    assert path.stat().st_size <= MOST_BYTES
    with Image.open(path) as image:
        assert image.width >= max(picture.width, 720)
        assert image.width * picture.height == image.height * picture.width
