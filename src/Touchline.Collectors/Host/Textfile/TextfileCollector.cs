using System.Text;
using Touchline.Collectors.Host.Reading;
using Touchline.Collectors.Host.Settings;
using Touchline.Configuration;
using Touchline.Model;

namespace Touchline.Collectors.Host.Textfile;

/// <summary>
/// Metrics that others write into files <c>*.prom</c>, as scripts run by cron do. A file that cannot be read costs itself only, and is
/// said in node_textfile_scrape_error. A file is parsed again only when its text changed.
/// </summary>
internal sealed class TextfileCollector(HostOptions options) : NodeCollector("textfile")
{
    internal static readonly NodeFlag Directories = new(
        "collector.textfile.directory", NodeFlagKind.List, "", "Directory of files *.prom with metrics in text format; * and ? match within a name. Can be repeated.");

    private const int MaxFiles = 1000;
    private const string WrittenFamily = "node_textfile_mtime_seconds";
    private const string ErrorFamily = "node_textfile_scrape_error";

    private readonly FileReader _reader = new();
    private readonly IReadOnlyList<string> _patterns = options.Flags.List(Directories);
    private readonly Dictionary<string, TextFile> _files = new(StringComparer.Ordinal);
    private int _round;

    /// <summary>What files say may have the name of what another collector says.</summary>
    public override bool SpeaksForOthers => true;

    public override void Collect(IMetricWriter writer)
    {
        _round++;
        var failed = false;
        var files = new List<TextFile>();
        foreach (var directory in _patterns.SelectMany(TextfileDirectories.Of))
        {
            failed |= !TryReadDirectory(directory, files);
        }
        foreach (var gone in _files.Where(known => known.Value.Round != _round).Select(known => known.Key).ToList())
        {
            _files.Remove(gone);
        }
        WriteFamilies(writer, files);
        writer.Family(WrittenFamily, MetricType.Gauge, "Unixtime mtime of textfiles successfully read.");
        foreach (var file in files)
        {
            writer.Sample(file.WrittenSeconds, "file", file.Path);
        }
        writer.Gauge(ErrorFamily, "1 if there was an error opening or reading a file, 0 otherwise", failed ? 1 : 0);
    }

    private bool TryReadDirectory(string directory, List<TextFile> files)
    {
        List<string> paths;
        try
        {
            paths = [.. Directory.EnumerateFiles(directory).Where(path => path.EndsWith(".prom", StringComparison.Ordinal)).Take(MaxFiles + 1)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        paths.Sort(StringComparer.Ordinal);
        var allRead = paths.Count <= MaxFiles;
        foreach (var path in paths.Take(MaxFiles))
        {
            if (!_files.TryGetValue(path, out var file))
            {
                _files.Add(path, file = new TextFile(path));
            }
            file.Round = _round;
            if (file.TryRead(_reader))
            {
                files.Add(file);
            }
            else
            {
                allRead = false;
            }
        }
        return allRead;
    }

    /// <summary>Writes each family once, however many files have a part of it; the first file says what it is.</summary>
    private static void WriteFamilies(IMetricWriter writer, List<TextFile> files)
    {
        var byName = files.SelectMany(file => file.Families.Select(family => (file.Path, family)))
            .Where(part => part.family.Name is not (WrittenFamily or ErrorFamily)).GroupBy(part => part.family.Name, StringComparer.Ordinal);
        foreach (var parts in byName)
        {
            var first = parts.First().family;
            var help = first.Help ?? $"Metric read from {string.Join(", ", parts.Select(part => part.Path))}";
            writer.Family(first.Name, first.Type, help);
            // Where files disagree in type or help, what does not fit the first one is left out, as it cannot be said in one exposition.
            foreach (var (_, family) in parts.Where(part => part.family.Type == first.Type && (part.family.Help ?? help) == help))
            {
                foreach (var sample in family.Samples)
                {
                    writer.SuffixedSample(sample.Suffix, sample.Value, sample.Labels);
                }
            }
        }
    }

    private sealed class TextFile(string path)
    {
        private byte[]? _text;
        private bool _isUsable;

        public string Path { get; } = path;

        public double WrittenSeconds { get; private set; }

        public IReadOnlyList<TextFamily> Families { get; private set; } = [];

        public int Round { get; set; }

        public bool TryRead(FileReader reader)
        {
            try
            {
                PlainFile.RefuseOther(Path);
                var text = reader.Read(Path);
                if (_text is null || !text.SequenceEqual(_text))
                {
                    _text = text.ToArray();
                    _isUsable = false;
                    Families = TextFormat.Parse(Encoding.UTF8.GetString(text));
                    _isUsable = true;
                }
                WrittenSeconds = new DateTimeOffset(File.GetLastWriteTimeUtc(Path)).ToUnixTimeSeconds();
                return _isUsable;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                return false;
            }
        }
    }
}
