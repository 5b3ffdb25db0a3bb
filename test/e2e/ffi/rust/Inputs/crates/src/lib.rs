//! Real crates behind functions and types of a crate of one's own.
pub mod grep;

use rayon::prelude::*;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// An image of gray pixels.
pub struct Gray(image::GrayImage);
impl Gray {
    pub fn open(path: &str) -> Result<Gray, image::ImageError> {
        Ok(Gray(image::open(path)?.into_luma8()))
    }
    /// A slope from black to white, to the right.
    pub fn slope(width: u32, height: u32) -> Gray {
        Gray(image::GrayImage::from_fn(width, height, |x, _| image::Luma([(255 * x / (width - 1)) as u8])))
    }
    pub fn save(&self, path: &str) -> Result<(), image::ImageError> {
        self.0.save(path)
    }
    pub fn size(&self) -> (u32, u32) {
        self.0.dimensions()
    }
    /// Where the pixels lie.
    pub fn place(&self) -> u64 {
        place_of(self.0.as_raw())
    }
    /// Of so many pixels, row by row.
    pub fn of_pixels(width: u32, height: u32, pixels: &[u8]) -> Result<Gray, String> {
        if pixels.len() != width as usize * height as usize {
            return Err(format!("{} pixels are no picture of {width} by {height}", pixels.len()));
        }
        image::GrayImage::from_raw(width, height, pixels.to_vec())
            .map(Gray)
            .ok_or_else(|| "too few pixels".to_string())
    }
    /// All pixels, row by row.
    pub fn into_pixels(self) -> Vec<u8> {
        self.0.into_raw()
    }
}

pub fn place_of(pixels: &[u8]) -> u64 {
    pixels.as_ptr() as u64
}

/// Of the first pixels.
pub fn brightest(pixels: &[u8], count: usize) -> Option<u8> {
    pixels[..count].iter().max().copied()
}

pub fn map_in_parallel(items: Vec<f64>, f: impl Fn(f64) -> f64 + Send + Sync) -> Vec<f64> {
    items.into_par_iter().map(f).collect()
}

/// Any JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Json(serde_json::Value);
impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
impl Json {
    pub fn parse(text: &str) -> serde_json::Result<Json> {
        serde_json::from_str(text).map(Json)
    }
    pub fn get(&self, key: &str) -> Option<Json> {
        self.0.get(key).cloned().map(Json)
    }
    pub fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }
    pub fn items(&self) -> Vec<Json> {
        self.0.as_array().into_iter().flatten().cloned().map(Json).collect()
    }
}

pub async fn sleep(time: Duration) {
    tokio::time::sleep(time).await
}
/// Sends back what each of so many clients sends.
pub struct Echo(TcpListener);
impl Echo {
    pub async fn bind() -> std::io::Result<Echo> {
        Ok(Echo(TcpListener::bind("127.0.0.1:0").await?))
    }
    pub fn port(&self) -> std::io::Result<u16> {
        Ok(self.0.local_addr()?.port())
    }
    pub async fn serve(&self, clients: usize) -> std::io::Result<usize> {
        let mut bytes = 0;
        for _ in 0..clients {
            let (mut stream, _) = self.0.accept().await?;
            let mut text = Vec::new();
            stream.read_to_end(&mut text).await?;
            bytes += text.len();
            stream.write_all(&text).await?;
        }
        Ok(bytes)
    }
}
pub async fn ask(port: u16, text: String) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}
/// Runs as a task of tokio.
pub async fn spawned(n: u64) -> Result<u64, tokio::task::JoinError> {
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(1)).await;
        n + 1
    })
    .await
}
