"""A language of the page is one file, and no other file has words in it."""

import re

import pytest

from tests.web.languages import LANGUAGES, keys_used, literals, modules, page, places, words_of

ENGLISH = words_of("en")
# Words of a language's own name, of HTTP and of keyboards; nobody reads them on the page.
NOT_READ = {"English", "Deutsch", "Retry-After", "Escape", "Enter", "SyntaxError"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_the_same_words_with_the_same_places(language: str) -> None:
    words = words_of(language)
    assert sorted(words) == sorted(ENGLISH)
    for key, english in ENGLISH.items():
        wanted = max(places(english))
        assert all(form == wanted for form in places(words[key])), key
        if not isinstance(english, str):
            assert "other" in words[key], key


def test_german_is_translated() -> None:
    german = words_of("de")
    same = [key for key, words in ENGLISH.items() if words == german[key] and " " in str(words)]
    assert same == []


def test_modules_ask_for_words_that_there_are() -> None:
    for name, source in modules():
        for key, part in keys_used(source):
            found = any(key in one for one in ENGLISH) if part else key in ENGLISH
            assert found, f"{name} asks for {key}"


def test_every_word_is_asked_for() -> None:
    sources = [source for _, source in modules()]
    asked = {literal for source in sources for literal in literals(source)}
    asked |= set(re.findall(r"data-(?:t|label)=(\w+)", page()))
    asked |= {name for source in sources for name in re.findall(r"\b(\w+):", source)}
    asked |= {name for source in sources for text in literals(source) for name in text.split()}
    composed = {key for source in sources for key, part in keys_used(source) if part}
    unused = [
        key
        for key in ENGLISH
        if key not in asked
        and not any(key.startswith(part) or key.endswith(part) for part in composed)
        and not re.fullmatch(r"tier_(kills|deaths)|highest_\w+", key)  # columns that the API names
    ]
    assert unused == []


def test_modules_have_no_words_of_their_own() -> None:
    read = re.compile(r"[A-Z][a-z]+([ .,:?!]|$)| [a-z]{2,}|[a-z]{2,} $")
    own = [
        (name, text)
        for name, source in modules()
        for text in literals(re.sub(r"class: [^,}]*", "", source))
        if text not in NOT_READ and read.match(text)
    ]
    assert own == []


def test_the_document_says_in_english_what_the_english_file_says() -> None:
    for attributes, key, shown in re.findall(r"<\w+([^>]*)data-t=(\w+)[^>]*>([^<]*)<", page()):
        assert shown.strip() in ("", ENGLISH[key]), attributes
    for element in re.findall(r"<[^>]*data-label=[^>]*>", page()):
        key = re.search(r"data-label=(\w+)", element)
        assert key is not None
        assert key[1] in ENGLISH, element
