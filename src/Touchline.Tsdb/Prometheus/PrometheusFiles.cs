using System.Globalization;

namespace Touchline.Tsdb.Prometheus;

/// <summary>Names, magic numbers and headers of the files of a Prometheus data directory.</summary>
internal static class PrometheusFiles
{
    public const string Meta = "meta.json";
    public const string Index = "index";
    public const string Chunks = "chunks";
    public const string Tombstones = "tombstones";
    public const string Wal = "wal";
    public const string OutOfOrderWal = "wbl";
    public const string CheckpointPrefix = "checkpoint.";

    public const uint ChunksMagic = 0x85BD40DD;
    public const int ChunksHeaderLength = 8;
    public const byte ChunksVersion = 1;

    public const uint IndexMagic = 0xBAAAD700;
    public const int IndexHeaderLength = 5;
    public const byte IndexVersion = 2;
    public const int TocLength = 52;
    public const int SeriesAlignment = 16;

    public const uint TombstonesMagic = 0x0130BA30;
    public const byte TombstonesVersion = 1;

    public const int ChecksumLength = 4;

    /// <summary>The numbered files of a directory, rising; none where it does not exist.</summary>
    public static List<(long Number, string Path)> Segments(string directory)
    {
        var found = new List<(long Number, string Path)>();
        if (Directory.Exists(directory))
        {
            foreach (var path in Directory.EnumerateFiles(directory))
            {
                if (long.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    found.Add((number, path));
                }
            }
        }
        found.Sort();
        return found;
    }

    public static string SegmentName(int number) => number.ToString("D6", CultureInfo.InvariantCulture);
}
