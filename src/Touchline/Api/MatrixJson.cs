using System.Buffers;
using System.Text.Json;
using Touchline.Model;
using Touchline.PromQL;

namespace Touchline.Api;

/// <summary>
/// Range answers in the API's JSON. Large ones are made on all cores, a few hundred kilobytes at a time, and handed over in order: making the text of a number takes
/// longer than computing it.
/// </summary>
internal static class MatrixJson
{
    /// <summary>Points that one core makes text of between two writes: some 300 KB.</summary>
    private const int PointsPerPart = 8192;

    /// <summary>Writes the first so many series, with commas between them.</summary>
    public static async ValueTask WriteAsync(ApiResponse response, IReadOnlyList<SeriesColumns> matrix, int count, PointTexts texts)
    {
        if (IsSmall(matrix, count))
        {
            response.Json.Flush();
            new Part(response.Text, texts) { End = count }.Write(matrix);
            return;
        }
        var parts = new Part[Environment.ProcessorCount];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = new Part(new PooledText(), texts);
        }
        try
        {
            for (var next = 0; next < count;)
            {
                var filled = Share(matrix, parts, count, ref next);
                if (filled == 1)
                {
                    parts[0].Write(matrix);
                }
                else
                {
                    Parallel.For(0, filled, i => parts[i].Write(matrix));
                }
                for (var i = 0; i < filled; i++)
                {
                    await response.WriteAsync(parts[i].Json);
                }
            }
        }
        finally
        {
            foreach (var part in parts)
            {
                part.Dispose();
            }
        }
    }

    /// <summary>Whether it is one part's work.</summary>
    private static bool IsSmall(IReadOnlyList<SeriesColumns> matrix, int count)
    {
        var points = 0L;
        for (var i = 0; i < count && points <= PointsPerPart; i++)
        {
            points += matrix[i].Timestamps.Length;
        }
        return points <= PointsPerPart;
    }

    /// <summary>Gives the series from the next on to the parts, and answers how many parts have some.</summary>
    private static int Share(IReadOnlyList<SeriesColumns> matrix, Part[] parts, int count, ref int next)
    {
        var filled = 0;
        while (filled < parts.Length && next < count)
        {
            var part = parts[filled++];
            part.Begin(next);
            for (; next < count && part.Points < PointsPerPart; next++)
            {
                part.Points += matrix[next].Timestamps.Length;
            }
            part.End = next;
        }
        return filled;
    }

    /// <summary>Consecutive series of an answer and their text.</summary>
    private sealed class Part(PooledText text, PointTexts texts) : IDisposable
    {
        private readonly PooledText _text = text;
        private int _start;

        public int Points { get; set; }

        public int End { get; set; }

        public ReadOnlyMemory<byte> Json => _text.Written;

        public void Dispose() => _text.Dispose();

        public void Begin(int start)
        {
            _start = start;
            Points = 0;
            _text.Clear();
        }

        public void Write(IReadOnlyList<SeriesColumns> matrix)
        {
            using var json = new Utf8JsonWriter(_text, ApiResponse.Options);
            for (var i = _start; i < End; i++)
            {
                _text.Write(i == 0 ? "{\"metric\":"u8 : ",{\"metric\":"u8);
                json.Reset();
                QueryJson.WriteLabels(json, matrix[i].Labels);
                json.Flush();
                WriteValues(matrix[i]);
                WriteHistograms(json, matrix[i]);
                _text.Write("}"u8);
            }
        }

        private void WriteValues(SeriesColumns series)
        {
            var times = series.Timestamps.Span;
            var values = series.Values.Span;
            var histograms = series.Histograms;
            if (histograms is not null && Array.IndexOf(histograms, null, 0, times.Length) < 0)
            {
                return;
            }
            _text.Write(",\"values\":["u8);
            var prefixes = texts.Of(times);
            var first = true;
            // What does not change has the same text: idle counters, sizes, flags.
            Span<byte> last = stackalloc byte[JsonNumbers.MaxPointLength];
            var (lastBits, lastLength) = (0UL, 0);
            for (var i = 0; i < times.Length; i++)
            {
                if (histograms?[i] is not null)
                {
                    continue;
                }
                var text = _text.GetSpan(JsonNumbers.MaxPointLength);
                var length = 0;
                if (!first)
                {
                    text[length++] = (byte)',';
                }
                first = false;
                if (prefixes is not null)
                {
                    var prefix = prefixes[i];
                    prefix.CopyTo(text[length..]);
                    length += prefix.Length;
                }
                else
                {
                    length += JsonNumbers.FormatPointUpToValue(times[i], text[length..]);
                }
                if (lastLength == 0 || BitConverter.DoubleToUInt64Bits(values[i]) != lastBits)
                {
                    lastBits = BitConverter.DoubleToUInt64Bits(values[i]);
                    lastLength = JsonNumbers.FormatPointFromValue(values[i], last);
                }
                last[..lastLength].CopyTo(text[length..]);
                _text.Advance(length + lastLength);
            }
            _text.Write("]"u8);
        }

        private void WriteHistograms(Utf8JsonWriter json, SeriesColumns series)
        {
            if (series.Histograms is not { } histograms || !histograms.Any(h => h is not null))
            {
                return;
            }
            _text.Write(",\"histograms\":"u8);
            json.Reset();
            json.WriteStartArray();
            for (var i = 0; i < series.Timestamps.Length; i++)
            {
                if (histograms[i] is { } histogram)
                {
                    HistogramJson.WritePoint(json, series.Timestamps.Span[i], histogram);
                }
            }
            json.WriteEndArray();
            json.Flush();
        }
    }
}
