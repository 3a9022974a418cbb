//! Renders two strings to sign side by side, with the differences marked.

use crate::entra::escape;

/// A piece of both strings: a part, such as the host, with the separator after it.
struct Piece<'a> {
    left: &'a str,
    right: &'a str,
    separator: &'a str,
}

/// Both strings as HTML. The first difference has its own mark, even where one side has no text there.
pub(super) fn sides(left: &str, right: &str) -> (String, String) {
    let mut first = true;
    let mut html = (String::new(), String::new());
    for piece in pieces(left, right) {
        let (start, end) = common(piece.left, piece.right);
        let separator = separator(piece.separator);
        let differs = piece.left != piece.right;
        for (side, text) in [(&mut html.0, piece.left), (&mut html.1, piece.right)] {
            side.push_str(&escape(&text[..start]));
            if differs {
                let class = if first { "first" } else { "more" };
                let middle = escape(&text[start..text.len() - end]);
                side.push_str(&format!("<mark class=\"{class}\">{middle}</mark>"));
            }
            side.push_str(&escape(&text[text.len() - end..]));
            side.push_str(separator);
        }
        first &= !differs;
    }
    html
}

/// The parts of both strings if they have the same separators; otherwise each string as one piece.
fn pieces<'a>(left: &'a str, right: &'a str) -> Vec<Piece<'a>> {
    let (lefts, rights) = (split(left), split(right));
    let alike = lefts.len() == rights.len() && lefts.iter().zip(&rights).all(|(l, r)| l.1 == r.1);
    if !alike {
        return vec![Piece {
            left,
            right,
            separator: "",
        }];
    }
    lefts
        .into_iter()
        .zip(rights)
        .map(|((left, separator), (right, _))| Piece {
            left,
            right,
            separator,
        })
        .collect()
}

fn split(text: &str) -> Vec<(&str, &str)> {
    text.split_inclusive(['\n', ';'])
        .map(|part| part.split_at(part.trim_end_matches(['\n', ';']).len()))
        .collect()
}

fn separator(text: &str) -> &'static str {
    match text {
        "\n" => "<span class=\"sep\">↵</span>\n",
        ";" => "<span class=\"sep\">;</span><wbr>",
        _ => "",
    }
}

/// The lengths of the common prefix and of the common suffix, in bytes, at character boundaries.
fn common(left: &str, right: &str) -> (usize, usize) {
    let same = |(a, b): &(char, char)| a == b;
    let start: usize = left
        .chars()
        .zip(right.chars())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let (left, right) = (&left[start..], &right[start..]);
    let end = left
        .chars()
        .rev()
        .zip(right.chars().rev())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    (start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_marked() {
        let (left, right) = sides("GET\n/a;localhost:8080;x", "GET\n/a;localhost;y");
        assert!(
            left.contains("localhost<mark class=\"first\">:8080</mark>"),
            "{left}"
        );
        assert!(
            right.contains("localhost<mark class=\"first\"></mark>"),
            "{right}"
        );
        assert!(right.contains("<mark class=\"more\">y</mark>"), "{right}");
    }

    #[test]
    fn strings_of_other_shapes_are_compared_as_wholes() {
        let (left, right) = sides("a\nb", "a\nb\n");
        assert_eq!(
            (left.as_str(), right.as_str()),
            (
                "a\nb<mark class=\"first\"></mark>",
                "a\nb<mark class=\"first\">\n</mark>"
            )
        );
    }

    #[test]
    fn overlapping_ends_and_wide_characters_do_not_break_it() {
        for (left, right) in [("aa", "aaa"), ("ä;ö", "ü;ö"), ("", "x"), ("<b>", "<i>")] {
            let (left, right) = sides(left, right);
            assert!(!left.contains("<b>") && !right.contains("<i>"));
        }
    }
}
