using Touchline.Model;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Blocks;

/// <summary>Sections of the index with something about a few of the series. Format: docs/formats/index.md, "Exemplars" and "Created".</summary>
internal static class SparseSection
{
    private const ulong Hexadecimal = 1;

    public static void WriteExemplars(IReadOnlyList<Exemplar> exemplars, ByteBuffer to)
    {
        to.WriteVarint((ulong)exemplars.Count);
        long time = 0;
        foreach (var exemplar in exemplars)
        {
            to.WriteZigZag(exemplar.TimestampMs - time);
            time = exemplar.TimestampMs;
            to.WriteDouble(exemplar.Value);
            to.WriteVarint((ulong)exemplar.Labels.Count);
            foreach (var label in exemplar.Labels)
            {
                to.WriteString(label.Name);
                WriteValue(label.Value, to);
            }
        }
    }

    public static void ReadExemplars(ref ByteReader from, SeriesExtras into)
    {
        var exemplars = new Exemplar[from.ReadCount(10)];
        long time = 0;
        for (var i = 0; i < exemplars.Length; i++)
        {
            time += from.ReadZigZag();
            var value = from.ReadDouble();
            var labels = new Label[from.ReadCount(2)];
            for (var j = 0; j < labels.Length; j++)
            {
                var name = from.ReadString();
                labels[j] = new Label(name, ReadValue(ref from));
            }
            exemplars[i] = new Exemplar(Labels.FromSorted(labels), value, time);
        }
        into.AddExemplars(exemplars);
    }

    public static void WriteCreated(IReadOnlyList<long> created, ByteBuffer to)
    {
        to.WriteVarint((ulong)created.Count);
        long before = 0;
        foreach (var time in created)
        {
            to.WriteZigZag(time - before);
            before = time;
        }
    }

    public static void ReadCreated(ref ByteReader from, SeriesExtras into)
    {
        long time = 0;
        for (var left = from.ReadCount(); left > 0; left--)
        {
            time += from.ReadZigZag();
            into.AddCreated(time);
        }
    }

    /// <summary>Trace ids are long numbers in hexadecimal, and different in every exemplar.</summary>
    private static void WriteValue(string value, ByteBuffer to)
    {
        if (value.Length > 0 && value.Length % 2 == 0 && !value.AsSpan().ContainsAnyExcept("0123456789abcdef"))
        {
            to.WriteVarint(((ulong)value.Length / 2 << 1) | Hexadecimal);
            to.WriteBytes(Convert.FromHexString(value));
            return;
        }
        var bytes = System.Text.Encoding.UTF8.GetBytes(value);
        to.WriteVarint((ulong)bytes.Length << 1);
        to.WriteBytes(bytes);
    }

    private static string ReadValue(ref ByteReader from)
    {
        var head = from.ReadVarint();
        var length = head >> 1;
        if (length > (ulong)from.Remaining)
        {
            throw new CorruptDataException($"a label of {length} bytes");
        }
        var bytes = from.ReadBytes((int)length);
        return (head & Hexadecimal) != 0 ? Convert.ToHexStringLower(bytes) : System.Text.Encoding.UTF8.GetString(bytes);
    }
}

/// <summary>Collects such a section: entries in the order of their series.</summary>
internal sealed class SparseSectionWriter
{
    private readonly ByteBuffer _entry = new();
    private readonly ByteBuffer _section = new();
    private uint _last;

    public ByteBuffer Section => _section;

    public void Add(uint series, Action<ByteBuffer> write)
    {
        _entry.Clear();
        write(_entry);
        _section.WriteVarint(series - _last);
        _section.WriteVarint((ulong)_entry.Length);
        _section.WriteBytes(_entry.Written);
        _last = series;
    }
}

/// <summary>Where each series' entry is in such a section.</summary>
internal sealed class SparseSectionPlaces
{
    private readonly Dictionary<uint, (int Offset, int Length)> _places = [];

    public SparseSectionPlaces(ReadOnlySpan<byte> section)
    {
        var reader = new ByteReader(section);
        ulong series = 0;
        while (reader.Remaining > 0)
        {
            series += reader.ReadVarint();
            var length = reader.ReadCount();
            _places[(uint)Math.Min(series, uint.MaxValue)] = (reader.Position, length);
            reader.ReadBytes(length);
        }
    }

    public bool IsEmpty => _places.Count == 0;

    /// <summary>The series that have an entry, ascending.</summary>
    public uint[] Series() => [.. _places.Keys.Order()];

    public bool TryFind(uint series, out (int Offset, int Length) place) => _places.TryGetValue(series, out place);
}
