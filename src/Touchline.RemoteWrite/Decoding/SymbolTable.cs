using System.IO.Hashing;
using Touchline.Model.Protobuf;

namespace Touchline.RemoteWrite.Decoding;

/// <summary>The texts of a version 2 message, by number: where they lie, and their hashes as far as they were asked for. Reused; not thread-safe.</summary>
internal sealed class SymbolTable(long seed)
{
    /// <summary>A message of tiny symbols would otherwise cost many times its own size.</summary>
    private const int MaxSymbols = 1 << 20;

    private Symbol[] _symbols = new Symbol[256];

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    public void Add(int start, int length)
    {
        if (Count == MaxSymbols)
        {
            throw new MalformedMessageException($"the message has more than {MaxSymbols} symbols");
        }
        if (Count == _symbols.Length)
        {
            Array.Resize(ref _symbols, _symbols.Length * 2);
        }
        _symbols[Count++] = new Symbol { Start = start, Length = length };
    }

    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> message, uint number)
    {
        ref var symbol = ref At(number);
        return message.Slice(symbol.Start, symbol.Length);
    }

    public UInt128 Hash(ReadOnlySpan<byte> message, uint number)
    {
        ref var symbol = ref At(number);
        if (symbol.Hash == UInt128.Zero)
        {
            symbol.Hash = XxHash128.HashToUInt128(message.Slice(symbol.Start, symbol.Length), seed);
        }
        return symbol.Hash;
    }

    private ref Symbol At(uint number)
    {
        if (number >= (uint)Count)
        {
            throw new MalformedMessageException($"symbol {number} is not among the {Count} of the message");
        }
        return ref _symbols[number];
    }

    private struct Symbol
    {
        public UInt128 Hash;
        public int Start;
        public int Length;
    }
}
