"""Shorter figures look the same: what is drawn stays, what is said twice goes."""

import re

from crosscheck.report.squeezing import squeezed

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'


def test_wrappers_unused_ids_and_invisible_grounds_go():
    text = f'{HEAD}<g id="a"><path d="M 0 0 L 9 9" style="fill: none"/><g id="b"><text x="1.00">x</text></g></g></svg>'
    assert squeezed(text).endswith('<text x="1">x</text></svg>')


def test_a_path_of_no_points_goes():
    text = f'{HEAD}<path d="M 0 0 L 9 9" style="stroke: #000"/><path style="stroke: #000"/></svg>'
    assert squeezed(text).count("<path") == 1


def test_what_is_referred_to_keeps_its_target():
    text = (
        f'{HEAD}<defs><path id="mark" d="M 0 3 C 1 3 2 2 3 1 z" style="stroke: #112233"/></defs>'
        '<use xlink:href="#mark" x="1" y="2" style="fill: #ffffff; stroke: #112233"/></svg>'
    )
    found = squeezed(text)
    assert (match := re.search(r'<path d="M0 3C1 3 2 2 3 1z" id="(.*?)" stroke="#123" />', found))
    assert f'<use x="1" y="2" href="#{match[1]}" fill="#fff" />' in found
    assert match[1] not in squeezed(text.replace("112233", "445566"))


def test_points_on_a_line_go_and_bends_stay():
    text = f'{HEAD}<path d="M 0 0 L 1 1 L 2 2 L 3 0 L 4 0.01 L 5 0" style="fill: none; stroke: #000000"/></svg>'
    assert 'd="M0 0L2 2L3 0L5 0"' in squeezed(text)


def test_neighbouring_strokes_become_one_but_not_dashed_or_filled_ones():
    line = '<path d="M {0} 0 L {0} 9" style="fill: {1}; stroke: #000000{2}"/>'
    plain, dashed, filled = (
        "".join(line.format(x, *style) for x in (1, 2))
        for style in (("none", ""), ("none", "; stroke-dasharray: 1,2"), ("red", ""))
    )
    counts = [squeezed(f"{HEAD}{lines}</svg>").count("<path") for lines in (plain, dashed, filled)]
    assert counts == [1, 2, 2]


def test_the_commonest_font_is_stated_once():
    style = "font-size: 9px; font-family: 'DejaVu Sans', serif; text-anchor: {}"
    texts = "".join(f'<text style="{style.format(a)}">{a}</text>' for a in ("end", "end", "middle"))
    found = squeezed(f"{HEAD}{texts}</svg>")
    assert found.count("font-size") == found.count("DejaVu") == 1
    assert '<text>end</text><text>end</text><text text-anchor="middle">middle</text>' in found


def test_small_and_negative_numbers_keep_their_sign_and_place():
    found = squeezed(f'{HEAD}<path d="M -0.04 -0.51 L 0.49 12.96" style="stroke: #000000"/></svg>')
    assert 'd="M0 -.5L.5 13"' in found
