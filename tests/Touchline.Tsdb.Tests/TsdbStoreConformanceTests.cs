using Touchline.Conformance;
using Touchline.Storage;

namespace Touchline.Tsdb.Tests;

public sealed class TsdbStoreConformanceTests : MetricStoreConformance
{
    private readonly TestStore _store = new();

    protected override (IMetricAppendable Appendable, IMetricQueryable Queryable) Open() => (_store.Tsdb, _store.Tsdb);

    public override void Dispose()
    {
        _store.Dispose();
        base.Dispose();
    }
}
