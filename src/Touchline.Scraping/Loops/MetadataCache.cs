using System.Text;
using Touchline.Model;
using Touchline.Scraping.Exposition;
using Touchline.Storage;

namespace Touchline.Scraping.Loops;

/// <summary>Type, help and unit as a target last said them, so that only changes reach the store. Not thread-safe.</summary>
internal sealed class MetadataCache
{
    /// <summary>As in Prometheus: what a metric is stays known for a while after it went.</summary>
    private const int KeptScrapes = 10;

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Entry>.AlternateLookup<ReadOnlySpan<char>> _byName;
    private readonly List<Entry> _changed = [];

    public MetadataCache() => _byName = _entries.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The type that the body under way gave last, which the series after it are of.</summary>
    public MetricType CurrentType { get; private set; }

    /// <summary>The unit that the body under way gave last, whatever metric it gave it for; empty where it gave none.</summary>
    public string CurrentUnit { get; private set; } = "";

    public void BeginScrape() => (CurrentType, CurrentUnit) = (MetricType.Unknown, "");

    public void Note<TReader>(ref TReader reader, ExpositionEntry kind, int iteration)
        where TReader : struct, IExpositionReader, allows ref struct
    {
        var entry = Find(reader.MetadataName);
        entry.SeenIn = iteration;
        CurrentType = kind == ExpositionEntry.Type ? reader.MetadataType : CurrentType;
        if (kind == ExpositionEntry.Unit && !IsCurrentUnit(reader.MetadataText))
        {
            CurrentUnit = Encoding.UTF8.GetString(reader.MetadataText);
        }
        switch (kind)
        {
            case ExpositionEntry.Type when entry.Type != reader.MetadataType:
                entry.Type = reader.MetadataType;
                break;
            case ExpositionEntry.Help when !reader.MetadataText.SequenceEqual(entry.Help):
                entry.Help = reader.MetadataText.ToArray();
                break;
            case ExpositionEntry.Unit when !reader.MetadataText.SequenceEqual(entry.Unit):
                entry.Unit = reader.MetadataText.ToArray();
                break;
            default:
                return;
        }
        if (!entry.IsChanged)
        {
            entry.IsChanged = true;
            _changed.Add(entry);
        }
    }

    /// <summary>Tells the batch what changed. It stays changed until <see cref="Committed"/>.</summary>
    public void WriteChanges(IAppender appender)
    {
        foreach (var entry in _changed)
        {
            appender.SetMetadata(entry.Name, new MetricMetadata(entry.Type, SeriesText.Unescape(entry.Help), SeriesText.Unescape(entry.Unit)));
        }
    }

    public void Committed(int iteration)
    {
        foreach (var entry in _changed)
        {
            entry.IsChanged = false;
        }
        _changed.Clear();
        foreach (var (name, entry) in _entries)
        {
            if (iteration - entry.SeenIn > KeptScrapes)
            {
                _entries.Remove(name);
            }
        }
    }

    private bool IsCurrentUnit(ReadOnlySpan<byte> unit) => CurrentUnit.Length == unit.Length && Ascii.Equals(unit, CurrentUnit);

    private Entry Find(ReadOnlySpan<byte> name)
    {
        const int OnStack = 256;
        if (name.Length > OnStack || name.IndexOf((byte)'\\') >= 0)
        {
            return FindOrAdd(SeriesText.Unescape(name));
        }
        Span<char> characters = stackalloc char[OnStack];
        ReadOnlySpan<char> text = characters[..Encoding.UTF8.GetChars(name, characters)];
        return _byName.TryGetValue(text, out var entry) ? entry : FindOrAdd(text.ToString());
    }

    private Entry FindOrAdd(string name)
    {
        if (!_entries.TryGetValue(name, out var entry))
        {
            entry = new Entry(name);
            _entries.Add(name, entry);
        }
        return entry;
    }

    private sealed class Entry(string name)
    {
        public string Name => name;

        public MetricType Type;
        public byte[] Help = [];
        public byte[] Unit = [];
        public int SeenIn;
        public bool IsChanged;
    }
}
