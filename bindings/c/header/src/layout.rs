//! Lays out generated code and its comments, in lines of at most [`WIDTH`].

/// The maximum width of a line.
pub(crate) const WIDTH: usize = 110;

/// `head`, the items separated by commas, and `tail`: on one line, or on several that are aligned behind the
/// head if there is room.
pub(crate) fn list(indent: usize, head: &str, items: &[String], tail: &str) -> String {
    let margin = " ".repeat(indent);
    let aligned = indent + head.len();
    let widest = items.iter().enumerate().map(|(position, item)| {
        let is_last = position + 1 == items.len();
        item.len() + if is_last { tail.len() } else { 1 }
    });
    let (mut text, column) = if aligned + widest.max().unwrap_or(tail.len()) <= WIDTH {
        (format!("{margin}{head}"), aligned)
    } else {
        (format!("{margin}{head}\n{}", " ".repeat(indent + 4)), indent + 4)
    };
    let mut used = column;
    for (position, item) in items.iter().enumerate() {
        let behind = if position + 1 == items.len() { tail } else { "," };
        let is_first = position == 0;
        let needed = item.len() + behind.len() + usize::from(!is_first);
        if !is_first && used + needed > WIDTH {
            text.push('\n');
            text.push_str(&" ".repeat(column));
            used = column;
        } else if !is_first {
            text.push(' ');
            used += 1;
        }
        text.push_str(item);
        text.push_str(behind);
        used += item.len() + behind.len();
    }
    if items.is_empty() {
        text.push_str(tail);
    }
    text.push('\n');
    text
}

/// A text in lines of at most `width` characters.
pub(crate) fn filled(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// `head`, the items separated by commas, and `tail`, as Python's and Kotlin's formatters write them: on one
/// line of at most 120 characters, or with all items on a second line, or with each item on a line of its
/// own.
pub(crate) fn exploded(indent: usize, head: &str, items: &[String], tail: &str) -> String {
    let margin = " ".repeat(indent);
    let line = format!("{margin}{head}{}{tail}\n", items.join(", "));
    if line.len() <= 121 {
        return line;
    }
    let line = format!("{margin}    {}\n", items.join(", "));
    if line.len() <= 121 {
        return format!("{margin}{head}\n{line}{margin}{tail}\n");
    }
    let items: String = items
        .iter()
        .map(|item| format!("{margin}    {item},\n"))
        .collect();
    format!("{margin}{head}\n{items}{margin}{tail}\n")
}
