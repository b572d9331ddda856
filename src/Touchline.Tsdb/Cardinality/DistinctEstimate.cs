using System.Numerics;

namespace Touchline.Tsdb.Cardinality;

/// <summary>
/// About how many different numbers were added, in a kilobyte, with an error of some 3 %. Source: Flajolet, Fusy, Gandouet and Meunier,
/// "HyperLogLog: the analysis of a near-optimal cardinality estimation algorithm", 2007, with linear counting for small numbers.
/// </summary>
internal sealed class DistinctEstimate
{
    private const int IndexBits = 10;
    private const int Registers = 1 << IndexBits;
    private const double Alpha = 0.7213 / (1 + (1.079 / Registers));

    private readonly byte[] _registers = new byte[Registers];

    public long Count
    {
        get
        {
            var sum = 0.0;
            var empty = 0;
            foreach (var register in _registers)
            {
                sum += Math.ScaleB(1, -register);
                empty += register == 0 ? 1 : 0;
            }
            var estimate = Alpha * Registers * Registers / sum;
            var isSmall = estimate <= 2.5 * Registers && empty > 0;
            return (long)Math.Round(isSmall ? Registers * Math.Log((double)Registers / empty) : estimate);
        }
    }

    public void Add(uint number)
    {
        var hash = Mixed(number);
        var register = hash >> (64 - IndexBits);
        var rank = (byte)(BitOperations.LeadingZeroCount((hash << IndexBits) | 1) + 1);
        _registers[register] = Math.Max(_registers[register], rank);
    }

    /// <summary>The finalizer of SplitMix64: every bit of the number decides over every bit of the hash.</summary>
    private static ulong Mixed(ulong number)
    {
        number += 0x9e3779b97f4a7c15;
        number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
        number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
        return number ^ (number >> 31);
    }
}
