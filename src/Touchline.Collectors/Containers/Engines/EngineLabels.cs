using System.Text;
using Touchline.Model.Protobuf;

namespace Touchline.Collectors.Containers.Engines;

/// <summary>Labels of a container as they come in protobuf, one entry of a map after the other in any order.</summary>
internal sealed class EngineLabels
{
    private readonly List<KeyValuePair<string, string>> _labels = [];

    /// <exception cref="MalformedMessageException">It is no entry of a map.</exception>
    public void Add(ReadOnlySpan<byte> entry) => _labels.Add(Entry(entry));

    /// <summary>In the order of their names, as a series is found by what stands where.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ByName()
    {
        _labels.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return _labels;
    }

    /// <exception cref="MalformedMessageException">It is no entry of a map.</exception>
    public static KeyValuePair<string, string> Entry(ReadOnlySpan<byte> message)
    {
        LabelFields.Read(message, out var name, out var value);
        return KeyValuePair.Create(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(value));
    }
}
