using System.Text;
using Touchline.Model;
using Touchline.Tsdb.Files;
using Touchline.Tsdb.Head;
using Touchline.Tsdb.Index;

namespace Touchline.Tsdb.Wal;

/// <summary>
/// Reads label sets of the log as pairs of the head's index. Most pairs were read shortly before and are found by their bytes, so that a million
/// series cost neither strings nor hashes of strings. Not thread-safe.
/// </summary>
internal sealed class LoggedLabels(HeadIndex index)
{
    // A fixed number of places: what is not among them any more is looked up in the index.
    private const int Places = 1 << 15;

    private readonly Place[] _places = new Place[Places];
    private Place[] _set = new Place[16];
    private uint[] _ids = new uint[16];

    public int Count { get; private set; }

    /// <summary>The hash that <see cref="Labels"/> of the set last read have.</summary>
    public int Hash { get; private set; }

    public bool AreValid { get; private set; }

    public string MetricName { get; private set; } = "";

    public string Job { get; private set; } = "";

    public ReadOnlySpan<uint> Ids => _ids.AsSpan(0, Count);

    public LabelPair this[int at] => _set[at].Pair!;

    /// <summary>Reads one set, which the properties speak of until the next.</summary>
    /// <exception cref="CorruptDataException">The bytes are no label set.</exception>
    public void Read(ref ByteReader reader)
    {
        Count = reader.ReadCount(2);
        if (Count > _set.Length)
        {
            Array.Resize(ref _set, Count);
            Array.Resize(ref _ids, Count);
        }
        (MetricName, Job) = ("", "");
        var hash = new LabelsHash();
        var length = 0;
        var valid = Count is > 0 and <= SampleLimits.MaxLabels;
        for (var i = 0; i < Count; i++)
        {
            var name = reader.ReadBytes(reader.ReadCount());
            var value = reader.ReadBytes(reader.ReadCount());
            // The series before mostly has the same pair at the same place.
            if (!_set[i].Is(name, value))
            {
                _set[i] = Find(name, value);
            }
            ref readonly var found = ref _set[i];
            var pair = found.Pair!;
            _ids[i] = pair.Id;
            hash.Add(found.NameHash, found.ValueHash);
            length += pair.Name.Length + pair.Value.Length;
            valid &= found.IsValid;
            if (pair.Name == LabelNames.MetricName)
            {
                MetricName = pair.Value;
            }
            else if (pair.Name == LabelNames.Job)
            {
                Job = pair.Value;
            }
        }
        Hash = hash.Value;
        AreValid = valid && MetricName.Length > 0 && length <= SampleLimits.MaxTotalLength;
    }

    private Place Find(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var bytesHash = new HashCode();
        bytesHash.AddBytes(name);
        bytesHash.AddBytes(value);
        ref var place = ref _places[(uint)bytesHash.ToHashCode() % Places];
        if (!place.Is(name, value))
        {
            var label = new Label(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(value));
            place = new Place(index.PairOf(label), label);
        }
        return place;
    }

    private readonly struct Place(LabelPair pair, Label label)
    {
        public readonly LabelPair? Pair = pair;
        public readonly int NameHash = label.Name.GetHashCode();
        public readonly int ValueHash = label.Value.GetHashCode();
        public readonly bool IsValid = SampleLimits.IsValid(label);

        public bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Pair is not null && Same(value, Pair.Value) && Same(name, Pair.Name);

        private static bool Same(ReadOnlySpan<byte> bytes, string text) =>
            Ascii.Equals(bytes, text) || (!Ascii.IsValid(bytes) && Encoding.UTF8.GetString(bytes) == text);
    }
}
