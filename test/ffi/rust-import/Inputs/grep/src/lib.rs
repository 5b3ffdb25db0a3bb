//! Counts lines as `grep -c` does.
use std::fs;

/// The files below a folder, with the number of their lines that match.
pub fn count(pattern: &str, folder: &str) -> Result<Vec<(String, u64)>, regex::Error> {
    let pattern = regex::bytes::Regex::new(pattern)?;
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().flatten();
    let files = files.filter(|entry| entry.file_type().is_file());
    Ok(files
        .filter_map(|entry| {
            let text = fs::read(entry.path()).ok()?;
            let text = text.strip_suffix(b"\n").unwrap_or(&text);
            let lines = text.split(|byte| *byte == b'\n').filter(|_| !text.is_empty());
            let count = lines.filter(|line| pattern.is_match(line)).count();
            Some((entry.path().display().to_string(), count as u64))
        })
        .collect())
}
