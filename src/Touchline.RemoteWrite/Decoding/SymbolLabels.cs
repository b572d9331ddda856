using System.Numerics;

namespace Touchline.RemoteWrite.Decoding;

/// <summary>Labels of version 2: numbers of symbols, names and values in turn.</summary>
internal readonly ref struct SymbolLabels(ReadOnlySpan<byte> message, SymbolTable symbols, ReadOnlySpan<uint> numbers) : IEncodedLabels
{
    private readonly ReadOnlySpan<byte> _message = message;
    private readonly ReadOnlySpan<uint> _numbers = numbers;

    /// <summary>
    /// Mixes the symbols' hashes in their order. They are uniform and seeded already, so that two lanes of odd multipliers are enough
    /// to tell one sequence from another.
    /// </summary>
    public UInt128 Hash()
    {
        ulong low = 0x9e3779b97f4a7c15;
        ulong high = (ulong)_numbers.Length;
        foreach (var number in _numbers)
        {
            var symbol = symbols.Hash(_message, number);
            low = (BitOperations.RotateLeft(low, 27) ^ (ulong)symbol) * 0xc2b2ae3d27d4eb4f;
            high = (BitOperations.RotateLeft(high, 31) ^ (ulong)(symbol >> 64)) * 0x165667b19e3779f9;
        }
        return new UInt128(high ^ (high >> 29), low ^ (low >> 32));
    }

    public void AddTo(LabelList labels)
    {
        for (var i = 0; i < _numbers.Length; i += 2)
        {
            labels.Add(symbols.Text(_message, _numbers[i]), symbols.Text(_message, _numbers[i + 1]));
        }
    }
}
