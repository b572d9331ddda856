using Touchline.Model.Protobuf;

namespace Touchline.RemoteWrite.Sending.Messages;

/// <summary>The table of texts of one message of version 2. Number 0 is the empty text, as the specification says.</summary>
internal sealed class SymbolNumbers
{
    private readonly Dictionary<string, uint> _numbers = new(StringComparer.Ordinal);
    private readonly List<string> _texts = [];

    public SymbolNumbers() => Clear();

    public uint Of(string text)
    {
        ref var number = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_numbers, text, out var exists);
        if (!exists)
        {
            number = (uint)_texts.Count;
            _texts.Add(text);
        }
        return number;
    }

    public void WriteTo(WireWriter message, int field)
    {
        foreach (var text in _texts)
        {
            message.TextField(field, text);
        }
    }

    public void Clear()
    {
        _numbers.Clear();
        _texts.Clear();
        Of("");
    }
}
