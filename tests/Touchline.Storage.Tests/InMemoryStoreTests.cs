using Touchline.Conformance;
using Touchline.Storage.InMemory;

namespace Touchline.Storage.Tests;

public sealed class InMemoryStoreTests : MetricStoreConformance
{
    protected override (IMetricAppendable Appendable, IMetricQueryable Queryable) Open()
    {
        var store = new InMemoryStore();
        return (store, store);
    }
}
