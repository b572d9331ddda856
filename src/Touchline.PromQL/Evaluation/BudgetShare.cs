using Touchline.Storage;

namespace Touchline.PromQL.Evaluation;

/// <summary>
/// What one thread takes of a query's budget, and what it counts for it: a little ahead, because threads that tell the query of each series wait for one another longer than reading a short
/// series takes. Not thread-safe; what is left goes back when it is disposed of.
/// </summary>
internal sealed class BudgetShare(SampleBudget budget, SampleTally tally) : ISampleMeter, IDisposable
{
    /// <summary>So often each amount is told as it is, so that what a small query holds is known to the sample.</summary>
    private const int ToldExactly = 256;

    private long _ahead;
    private int _told;
    private long _spare;
    private long _read;
    private long _chunks;
    private long _looked;

    public void Reserve(long samples)
    {
        if (samples > _spare)
        {
            var missing = samples - _spare;
            _ahead = ++_told > ToldExactly ? budget.Ahead : 0;
            if (_ahead > 0 && budget.TryReserve(missing + _ahead))
            {
                missing += _ahead;
            }
            else
            {
                // What others took ahead may be what is missing here: then no more is taken than is needed.
                budget.Reserve(missing);
            }
            _spare += missing;
        }
        _spare -= samples;
    }

    public void Release(long samples)
    {
        _spare += samples;
        if (_spare > 2 * _ahead)
        {
            budget.Release(_spare - _ahead);
            _spare = _ahead;
        }
    }

    public void CountChunks(long chunks) => _chunks += chunks;

    public void CountRead(long samples) => _read += samples;

    /// <summary>Counts what was looked at at some of the steps (<see cref="SampleTally.AddTotal"/>).</summary>
    public void CountLooked(long samples) => _looked += samples;

    public void Dispose()
    {
        budget.Release(_spare);
        budget.CountChunks(_chunks);
        budget.CountRead(_read);
        tally.AddTotal(_looked);
        (_spare, _chunks, _read, _looked) = (0, 0, 0, 0);
    }
}
