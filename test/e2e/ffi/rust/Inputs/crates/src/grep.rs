//! Lines of files that match: regex and walkdir.
use regex::bytes::Regex;
use std::{fs, io};

pub struct Pattern(Regex);
impl Pattern {
    pub fn new(text: &str) -> Result<Pattern, regex::Error> {
        Ok(Pattern(Regex::new(text)?))
    }
    /// As `grep -c` counts them.
    pub fn count_lines(&self, path: &str) -> io::Result<usize> {
        let text = fs::read(path)?;
        let text = text.strip_suffix(b"\n").unwrap_or(&text);
        let lines = text.split(|byte| *byte == b'\n').filter(|_| !text.is_empty());
        Ok(lines.filter(|line| self.0.is_match(line)).count())
    }
    /// What the groups of the first match have found.
    pub fn groups(&self, text: &str) -> Option<Vec<Option<String>>> {
        let found = self.0.captures(text.as_bytes())?;
        let text = |group: regex::bytes::Match| String::from_utf8_lossy(group.as_bytes()).into();
        Some(found.iter().skip(1).map(|group| group.map(text)).collect())
    }
}

/// The files below a folder, by their names.
pub fn files(folder: &str) -> Result<Vec<String>, walkdir::Error> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            files.push(entry.path().display().to_string());
        }
    }
    Ok(files)
}
