//! Database words to GraphQL names. Rules only, so that a new table never renames a field that exists.

/// `work_orders` -> `workOrders`.
pub fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for character in name.chars() {
        if character == '_' {
            upper = !out.is_empty();
        } else if upper {
            out.extend(character.to_uppercase());
            upper = false;
        } else {
            out.push(character);
        }
    }
    out
}

/// `work_orders` -> `WorkOrders`.
pub fn pascal(name: &str) -> String {
    capitalise(&camel(name))
}

pub fn capitalise(name: &str) -> String {
    let mut characters = name.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

/// The singular of a table's name, decided by its last word.
pub fn singular(name: &str) -> String {
    let (head, word) = split_last_word(name);
    let word = match word {
        "series" | "news" | "status" | "address" | "usage" | "log" | "analysis" | "payroll" | "business" | "access" => word.to_owned(),
        "analyses" => "analysis".to_owned(),
        "people" => "person".to_owned(),
        "taxes" => "tax".to_owned(),
        _ if word.ends_with("ies") && word.len() > 4 => format!("{}y", &word[..word.len() - 3]),
        _ if ["sses", "xes", "ches", "shes", "uses"].iter().any(|e| word.ends_with(e))
            && word != "uses"
            && word != "causes"
            && word != "houses"
            && word != "warehouses"
            && word != "caches" =>
        {
            word[..word.len() - 2].to_owned()
        }
        _ if word.ends_with('s') && !word.ends_with("ss") => word[..word.len() - 1].to_owned(),
        _ => word.to_owned(),
    };
    format!("{head}{word}")
}

/// The plural of a singular, decided by its last word.
pub fn plural(name: &str) -> String {
    let (head, word) = split_last_word(name);
    let vowel_before_y = word.ends_with("ay") || word.ends_with("ey") || word.ends_with("oy") || word.ends_with("uy");
    let word = if word == "person" {
        "people".to_owned()
    } else if word == "analysis" {
        "analyses".to_owned()
    } else if word == "series" || word == "news" {
        format!("{word}List")
    } else if word.ends_with('y') && !vowel_before_y {
        format!("{}ies", &word[..word.len() - 1])
    } else if ["s", "x", "ch", "sh"].iter().any(|end| word.ends_with(end)) {
        format!("{word}es")
    } else {
        format!("{word}s")
    };
    format!("{head}{word}")
}

fn split_last_word(name: &str) -> (&str, &str) {
    match name.rfind('_') {
        Some(at) => name.split_at(at + 1),
        None => ("", name),
    }
}

/// A closed set's value as an enum name: upper case, anything else an underscore, and an underscore
/// in front of a digit (`12h` -> `_12H`, `1/4` -> `_1_4`).
pub fn enum_value(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 1);
    if value.starts_with(|c: char| c.is_ascii_digit()) {
        out.push('_');
    }
    for character in value.chars() {
        if character.is_ascii_alphanumeric() {
            out.push(character.to_ascii_uppercase());
        } else {
            out.push('_');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_trade() {
        for (table, one, many) in [
            ("work_orders", "work_order", "work_orders"),
            ("businesses", "business", "businesses"),
            ("categories", "category", "categories"),
            ("audit_log", "audit_log", "audit_logs"),
            ("model_usage", "model_usage", "model_usages"),
            ("business_settings", "business_setting", "business_settings"),
            ("addresses", "address", "addresses"),
            ("branches", "branch", "branches"),
            ("taxes", "tax", "taxes"),
            ("warehouses", "warehouse", "warehouses"),
        ] {
            assert_eq!(singular(table), one, "singular of {table}");
            assert_eq!(plural(one), many, "plural of {one}");
        }
        assert_eq!(camel("service_address_line_1"), "serviceAddressLine1");
        assert_eq!(enum_value("1/4"), "_1_4");
        assert_eq!(enum_value("12h"), "_12H");
    }
}
