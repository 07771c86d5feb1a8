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
    assert (match := re.search(r'<path d="M0 3C1 3 2 2 3 1z" id="(.*?)" stroke="#123"/>', found))
    assert f'<use x="1" y="2" href="#{match[1]}" fill="#fff"/>' in found
    assert match[1] not in squeezed(text.replace("112233", "445566"))


def test_points_on_a_line_go_and_bends_stay():
    text = f'{HEAD}<path d="M 0 0 L 1 1 L 2 2 L 3 0 L 4 0.01 L 5 0" style="fill: none; stroke: #000000"/></svg>'
    assert 'd="M0 0l2 2l1-2h2"' in squeezed(text)


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
    assert 'd="M0-.5l.5 13.5"' in found


def test_ticks_become_one_path_across_the_labels_between_them():
    mark = '<defs><path id="tick" d="M 0 0 L 0 3.5" style="stroke: #444444"/></defs>'
    tick = '<use xlink:href="#tick" x="{}" y="5"/><text x="{}" y="9">1</text>'
    found = squeezed(f"{HEAD}{mark}{tick.format(1, 1)}{tick.format(4, 4)}</svg>")
    assert '<path d="M1 5v3.5m3-3.5v3.5" fill="none" stroke="#444"/><text x="1"' in found
    assert "<use" not in found
    assert "<defs" not in found


def test_a_stroke_does_not_sink_below_one_that_it_crosses():
    lines = ((0, "red"), (5, "blue"), (0, "red"))
    text = "".join(f'<path d="M {x} 0 L 9 9" style="fill: none; stroke: {colour}"/>' for x, colour in lines)
    assert squeezed(f"{HEAD}{text}</svg>").count("<path") == 3
    apart = text.replace("M 5 0 L 9 9", "M 20 0 L 29 9")
    assert squeezed(f"{HEAD}{apart}</svg>").count("<path") == 2


def test_what_clips_a_group_of_strokes_clips_each():
    text = '<g clip-path="url(#c)"><path d="M 0 0 L 9 9" style="fill: none; stroke: red"/></g>'
    found = squeezed(f'{HEAD}<clipPath id="c"><rect width="9" height="9"/></clipPath>{text}</svg>')
    assert (match := re.search(r'<clipPath id="(.*?)">', found))
    assert f'clip-path="url(#{match[1]})"/>' in found
    assert "<g" not in found


def test_a_stroke_of_no_length_stays_only_where_it_is_a_dot():
    path = '<path d="M 1 1 L 1 1 M 2 2 L 3 3" style="fill: none; stroke: red{}"/>'
    assert 'd="M2 2l1 1"' in squeezed(f"{HEAD}{path.format('')}</svg>")
    assert 'd="M1 1h0m1 1l1 1"' in squeezed(f"{HEAD}{path.format('; stroke-linecap: square')}</svg>")
