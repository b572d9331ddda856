using Microsoft.Extensions.Logging;
using Touchline.Fetching;
using Touchline.Storage;

namespace Touchline.Scraping.Loops;

/// <summary>What all loops share.</summary>
internal sealed record ScrapeEnvironment(
    IMetricAppendable Store, TimeProvider Time, ILogger Logger, BodyBudget BodyBudget, ScrapeStatistics Statistics,
    ScrapeFailureLogs Failures, bool LabelsTypeAndUnit);
