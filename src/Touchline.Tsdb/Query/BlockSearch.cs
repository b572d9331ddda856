using System.Buffers;
using System.Runtime.ExceptionServices;
using Touchline.Model;
using Touchline.Tsdb.Blocks;
using Touchline.Tsdb.Files;

namespace Touchline.Tsdb.Query;

/// <summary>
/// Finds, on all cores, where the samples of a block's series stand and which series of the head they belong to. What is found is handed over in the order of the block by one thread, a
/// few thousand at a time.
/// </summary>
internal sealed class BlockSearch(Block block, SymbolPages symbols, SelectedSeries selected, long minTime, long maxTime, CancellationToken cancellationToken)
{
    /// <summary>Series that one thread looks at together: of whole groups of the index, whose entries count from one another.</summary>
    private const int SliceSize = 32 * IndexFormat.GroupSize;

    private const int SlicesAtOnce = 16;

    /// <summary>A series that has samples between the times.</summary>
    /// <param name="Chunks">Where they stand.</param>
    /// <param name="Series">The series of the head; null where the selection has none of these labels.</param>
    /// <param name="Labels">Where they had to be made.</param>
    public readonly record struct Match(ChunkListPlace Chunks, TsdbSeries? Series, Labels? Labels);

    /// <exception cref="CorruptDataException">A part of the index is damaged; what could be found beside it was handed over.</exception>
    public void Run(uint[] numbers, Action<Match> take)
    {
        var round = Math.Min(numbers.Length, SliceSize * SlicesAtOnce);
        var matches = ArrayPool<Match>.Shared.Rent(round);
        var counts = new int[(round + SliceSize - 1) / SliceSize];
        var damage = default(CorruptDataException);
        try
        {
            for (var first = 0; first < numbers.Length; first += round)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var slices = numbers.AsMemory(first, Math.Min(round, numbers.Length - first));
                if (slices.Length <= SliceSize)
                {
                    Look(slices.Span, matches, out counts[0], ref damage);
                }
                else
                {
                    Parallel.For(
                        0,
                        (slices.Length + SliceSize - 1) / SliceSize,
                        new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
                        i => Look(
                            slices.Span.Slice(i * SliceSize, Math.Min(SliceSize, slices.Length - (i * SliceSize))),
                            matches.AsSpan(i * SliceSize),
                            out counts[i],
                            ref damage));
                }
                for (var i = 0; i * SliceSize < slices.Length; i++)
                {
                    foreach (ref readonly var match in matches.AsSpan(i * SliceSize, counts[i]))
                    {
                        take(match);
                    }
                }
            }
        }
        finally
        {
            ArrayPool<Match>.Shared.Return(matches, clearArray: true);
        }
        if (damage is not null)
        {
            ExceptionDispatchInfo.Throw(damage);
        }
    }

    /// <summary>Whether a chunk of a series may hold samples between the times that are not deleted.</summary>
    public static bool HasLiving(Block block, in ChunkListPlace place, long minTime, long maxTime)
    {
        var deleted = block.Tombstones.Of(place.Series);
        foreach (var chunk in block.Index.ChunksAt(place))
        {
            if (chunk.MinTime > maxTime || chunk.MaxTime < minTime)
            {
                continue;
            }
            var covered = false;
            foreach (var interval in deleted)
            {
                covered |= interval.Covers(Math.Max(chunk.MinTime, minTime), Math.Min(chunk.MaxTime, maxTime));
            }
            if (!covered)
            {
                return true;
            }
        }
        return false;
    }

    private void Look(ReadOnlySpan<uint> numbers, Span<Match> matches, out int count, ref CorruptDataException? damage)
    {
        count = 0;
        try
        {
            var place = default(ChunkListPlace);
            foreach (var number in numbers)
            {
                place = block.Index.PlaceOfChunks(number, place);
                if (HasLiving(block, place, minTime, maxTime))
                {
                    var series = selected.OfHead(block, number, symbols, out var labels);
                    matches[count++] = new Match(place, series, labels);
                }
            }
        }
        catch (CorruptDataException e)
        {
            Interlocked.CompareExchange(ref damage, e, null);
        }
    }
}
