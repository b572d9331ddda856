using System.Numerics;

namespace Touchline.PromQL.Evaluation;

/// <summary>
/// Which steps of a series have a point, one bit a step. Written while a column is built and only read afterwards, so that operators
/// which keep all points share their input's mask.
/// </summary>
internal sealed class StepMask
{
    private readonly ulong[] _words;

    public StepMask(int length)
    {
        Length = length;
        _words = new ulong[(length + 63) >> 6];
    }

    private StepMask(int length, ulong[] words)
    {
        Length = length;
        _words = words;
    }

    public int Length { get; }

    public bool this[int step] => (_words[step >> 6] & (1UL << step)) != 0;

    public static StepMask Full(int length)
    {
        var mask = new StepMask(length);
        mask.SetAll();
        return mask;
    }

    public void Set(int step) => _words[step >> 6] |= 1UL << step;

    public void Clear(int step) => _words[step >> 6] &= ~(1UL << step);

    public void SetAll()
    {
        Array.Fill(_words, ulong.MaxValue);
        if ((Length & 63) != 0)
        {
            _words[^1] = (1UL << Length) - 1;
        }
    }

    public int Count()
    {
        var count = 0;
        foreach (var word in _words)
        {
            count += BitOperations.PopCount(word);
        }
        return count;
    }

    public bool IsFull => Count() == Length;

    /// <summary>The bits of 64 steps from a multiple of 64 on.</summary>
    public ulong WordAt(int step) => _words[step >> 6];

    /// <summary>The bits that there are at all of those 64 steps: fewer at the end.</summary>
    public ulong WholeWordAt(int step) => Length - step >= 64 ? ulong.MaxValue : (1UL << Length) - 1;

    public bool IsEmpty
    {
        get
        {
            foreach (var word in _words)
            {
                if (word != 0)
                {
                    return false;
                }
            }
            return true;
        }
    }

    /// <summary>The first set step at or after <paramref name="step"/>, or -1. The way to walk a mask: <c>for (s = Next(0); s >= 0; s = Next(s + 1))</c>.</summary>
    public int Next(int step)
    {
        if (step >= Length)
        {
            return -1;
        }
        var word = step >> 6;
        var bits = _words[word] & (ulong.MaxValue << step);
        while (bits == 0)
        {
            if (++word == _words.Length)
            {
                return -1;
            }
            bits = _words[word];
        }
        return (word << 6) + BitOperations.TrailingZeroCount(bits);
    }

    public StepMask Copy() => new(Length, (ulong[])_words.Clone());

    public StepMask And(StepMask other)
    {
        var result = new StepMask(Length);
        for (var i = 0; i < _words.Length; i++)
        {
            result._words[i] = _words[i] & other._words[i];
        }
        return result;
    }

    public StepMask AndNot(StepMask other)
    {
        var result = new StepMask(Length);
        for (var i = 0; i < _words.Length; i++)
        {
            result._words[i] = _words[i] & ~other._words[i];
        }
        return result;
    }

    public void OrWith(StepMask other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            _words[i] |= other._words[i];
        }
    }

    public bool Overlaps(StepMask other)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            if ((_words[i] & other._words[i]) != 0)
            {
                return true;
            }
        }
        return false;
    }
}
