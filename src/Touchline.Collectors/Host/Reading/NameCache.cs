using System.Text;

namespace Touchline.Collectors.Host.Reading;

/// <summary>
/// What belongs to a name that is read again at every collection (a device, a field): made once. The cache is emptied where names
/// come and go without end, as those of containers' interfaces do. Not thread-safe.
/// </summary>
internal sealed class NameCache<T>(Func<string, T> make)
{
    private const int MaxNames = 10_000;
    private const int MaxNameBytes = 512;

    private readonly Dictionary<string, T> _byName = new(StringComparer.Ordinal);

    public T Get(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxNameBytes)
        {
            throw new FormatException($"a name of {name.Length} bytes");
        }
        Span<char> characters = stackalloc char[MaxNameBytes];
        var text = characters[..Encoding.UTF8.GetChars(name, characters)];
        var lookup = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(text, out var known))
        {
            return known;
        }
        if (_byName.Count >= MaxNames)
        {
            _byName.Clear();
        }
        var owned = text.ToString();
        var value = make(owned);
        _byName.Add(owned, value);
        return value;
    }
}
