//! The page on which the user enters the code of another device.

use super::layout::{escape, page};
use crate::http::Reply;

/// The page on which the code is entered.
pub(crate) fn enter_code(action: &str, problem: Option<&str>) -> Reply {
    let alert = problem
        .map(|text| {
            format!(
                "<p class=\"alert\" role=\"alert\" id=\"problem\">{}</p>\n",
                escape(text)
            )
        })
        .unwrap_or_default();
    let invalid = if problem.is_some() {
        " aria-invalid=\"true\" aria-describedby=\"problem\""
    } else {
        ""
    };
    let content = format!(
        "<h1>Enter the code</h1>\n<p class=\"quiet\">that your app or device shows</p>\n{alert}\
         <form method=\"post\" action=\"{}\">\n<label for=\"user_code\">Code</label>\n\
         <input class=\"code\" type=\"text\" id=\"user_code\" name=\"user_code\" maxlength=\"12\" \
         autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" required autofocus{invalid}>\n\
         <button class=\"primary full\">Next</button>\n</form>",
        escape(action)
    );
    page(
        if problem.is_some() { 400 } else { 200 },
        "Enter the code",
        false,
        &content,
    )
}
