using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Touchline.Configuration;

namespace Touchline.Scraping.Loops;

/// <summary>
/// The files of scrape_failure_log_file: a line of JSON for each scrape that failed, with the members that Prometheus writes. A file is opened for
/// each line, so that it can be moved away at any time. Thread-safe.
/// </summary>
internal sealed class ScrapeFailureLogs(TimeProvider time, ILogger logger)
{
    private readonly ConcurrentDictionary<string, FailureFile> _files = new(StringComparer.Ordinal);

    public void Write(string path, string job, string target, string error)
    {
        var file = _files.GetOrAdd(path, _ => new FailureFile());
        var line = Line(job, target, error);
        lock (file)
        {
            try
            {
                // A pipe would wait for somebody to read it, and every loop that writes here with it.
                PlainFile.RefuseOther(path);
                using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
                stream.Write(line);
                file.IsBroken = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!file.IsBroken)
                {
                    file.IsBroken = true;
                    logger.LogWarning("Scrapes that fail cannot be written to {Path}: {Problem}", path, e.Message);
                }
            }
        }
    }

    private ReadOnlySpan<byte> Line(string job, string target, string error)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", "ERROR");
            json.WriteString("source", "scrape");
            json.WriteString("msg", error);
            json.WriteString("job_name", job);
            json.WriteString("target", target);
            json.WriteEndObject();
        }
        line.Write("\n"u8);
        return line.WrittenSpan;
    }

    private sealed class FailureFile
    {
        public bool IsBroken;
    }
}
