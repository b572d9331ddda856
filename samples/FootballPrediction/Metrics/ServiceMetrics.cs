using FootballPrediction.Evaluation;
using FootballPrediction.Feed;
using Prometheus;

namespace FootballPrediction.Metrics;

/// <summary>
/// Everything that /metrics shows, under the names that the team's dashboards and rules use. Nothing in here lets an error
/// out: whoever is being measured must not suffer from it.
/// </summary>
internal sealed class ServiceMetrics
{
    private static readonly double[] RequestBuckets = [.1, .25, .5, 1, 2.5, 5, 10];
    private static readonly double[] QueryBuckets = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5];

    private readonly ILogger<ServiceMetrics> _logger;
    private readonly Counter _requests;
    private readonly Histogram _requestDuration;
    private readonly Counter _predictions;
    private readonly Gauge _accuracy;
    private readonly Gauge _logLoss;
    private readonly Gauge _rankedProbability;
    private readonly Gauge _evaluatedMatches;
    private readonly Gauge _fitDuration;
    private readonly Gauge _fitMatches;
    private readonly Gauge _activeUsers;
    private readonly Gauge _quality;
    private readonly Gauge _completeness;
    private readonly Gauge _timeliness;
    private readonly Gauge _validity;
    private readonly Counter _feedMessages;
    private readonly Gauge _connections;
    private readonly Histogram _queryDuration;
    private readonly Counter _redisCommands;
    private readonly Histogram _redisDuration;
    private readonly Counter _cacheRequests;
    private readonly Gauge _redisConnected;
    private readonly Gauge _cpu;
    private readonly Gauge _memory;
    private readonly Gauge _leagueTime;
    private readonly Counter _failures;

    public ServiceMetrics(ILogger<ServiceMetrics> logger, TimeProvider time)
    {
        _logger = logger;
        Users = new ActiveUsers(time);
        Registry = Prometheus.Metrics.NewCustomRegistry();
        MetricFactory create = Prometheus.Metrics.WithCustomRegistry(Registry);
        DotNetStats.Register(Registry);

        _requests = create.CreateCounter("http_requests_total", "HTTP requests answered.", "method", "endpoint", "status_code");
        _requestDuration = create.CreateHistogram(
            "http_request_duration_seconds",
            "Time from request to answer.",
            ["method", "endpoint"],
            new HistogramConfiguration { Buckets = RequestBuckets });
        _predictions = create.CreateCounter(
            "prediction_requests_total", "Predictions asked for; status is success, invalid (the asker's mistake), error (ours) or cancelled.",
            "model_type", "status");
        _accuracy = create.CreateGauge(
            "prediction_accuracy", "Share of matches whose outcome was the likeliest in the forecast made before kick-off.", "model_type");
        _logLoss = create.CreateGauge("prediction_log_loss", "Mean -ln(probability given to what happened); lower is better.", "model_type");
        _rankedProbability = create.CreateGauge(
            "prediction_ranked_probability_score", "Mean ranked probability score of the forecasts; lower is better.", "model_type");
        _evaluatedMatches = create.CreateGauge("prediction_evaluated_matches", "Matches that the scores above are averages of.", "model_type");
        _fitDuration = create.CreateGauge("model_fit_duration_seconds", "Time that the last fit took.", "model_type");
        _fitMatches = create.CreateGauge("model_fit_matches", "Matches that the last fit used.", "model_type");
        _activeUsers = create.CreateGauge("active_users", "Different users within the last five minutes.");
        _quality = create.CreateGauge("data_quality_score", "Mean of completeness, timeliness and validity of the feed, 0 to 1.");
        _completeness = create.CreateGauge("data_quality_completeness", "Share of due results that are known, last four weeks.");
        _timeliness = create.CreateGauge("data_quality_timeliness", "Share of known results that came in time, last four weeks.");
        _validity = create.CreateGauge("data_quality_validity", "Share of feed messages that were complete and plausible, last four weeks.");
        _feedMessages = create.CreateCounter("feed_messages_total", "Feed messages by what became of them.", "verdict");
        _connections = create.CreateGauge("db_connections_active", "Database connections in use.");
        _queryDuration = create.CreateHistogram(
            "db_query_duration_seconds", "Time of database queries.", ["query"], new HistogramConfiguration { Buckets = QueryBuckets });
        _redisCommands = create.CreateCounter("redis_commands_total", "Commands sent to Redis; status is ok or error.", "command", "status");
        _redisDuration = create.CreateHistogram(
            "redis_command_duration_seconds", "Time of commands sent to Redis.", ["command"], new HistogramConfiguration { Buckets = QueryBuckets });
        _cacheRequests = create.CreateCounter("redis_cache_requests_total", "Answers looked for in Redis; result is hit, miss or error.", "result");
        _redisConnected = create.CreateGauge(
            "redis_connected", "Whether there is a connection to Redis.", new GaugeConfiguration { SuppressInitialValue = true });
        _cpu = create.CreateGauge(
            "system_cpu_usage_percent", "CPU use of the host.", new GaugeConfiguration { SuppressInitialValue = true });
        _memory = create.CreateGauge(
            "system_memory_usage_percent", "Memory use of the host.", new GaugeConfiguration { SuppressInitialValue = true });
        _leagueTime = create.CreateGauge("league_time_seconds", "The league's clock, as Unix time.");
        _failures = create.CreateCounter("metrics_failures_total", "Errors within the code that measures; no request fails by them.");

        // A figure that nothing has been measured for yet is absent, not zero.
        foreach (Gauge gauge in new[] { _quality, _completeness, _timeliness, _validity })
        {
            gauge.Unpublish();
        }

        Registry.AddBeforeCollectCallback(() => Guard(() => _activeUsers.Set(Users.Count())));
    }

    public CollectorRegistry Registry { get; }

    public ActiveUsers Users { get; }

    public void RequestEnded(string method, string endpoint, int status, TimeSpan duration) => Guard(() =>
    {
        _requests.WithLabels(method, endpoint, StatusLabel(status)).Inc();
        _requestDuration.WithLabels(method, endpoint).Observe(duration.TotalSeconds);
    });

    public void PredictionRequested(string modelType, string status) => Guard(() => _predictions.WithLabels(modelType, status).Inc());

    public void ModelEvaluated(string modelType, ModelEvaluation evaluation) => Guard(() =>
    {
        _accuracy.WithLabels(modelType).Set(evaluation.Accuracy);
        _logLoss.WithLabels(modelType).Set(evaluation.LogLoss);
        _rankedProbability.WithLabels(modelType).Set(evaluation.RankedProbabilityScore);
        _evaluatedMatches.WithLabels(modelType).Set(evaluation.Matches);
    });

    public void ModelFitted(string modelType, int matches, TimeSpan duration) => Guard(() =>
    {
        _fitMatches.WithLabels(modelType).Set(matches);
        _fitDuration.WithLabels(modelType).Set(duration.TotalSeconds);
    });

    public void FeedMessageReceived(FeedVerdict verdict) => Guard(() => _feedMessages.WithLabels(FeedVerdicts.Label(verdict)).Inc());

    public void QualityMeasured(DataQuality quality) => Guard(() =>
    {
        Publish(_quality, quality.Score);
        Publish(_completeness, quality.Completeness);
        Publish(_timeliness, quality.Timeliness);
        Publish(_validity, quality.Validity);
    });

    public void DatabaseConnectionOpened() => Guard(() => _connections.Inc());

    public void DatabaseConnectionClosed() => Guard(() => _connections.Dec());

    public void QueryTook(string name, TimeSpan duration) => Guard(() => _queryDuration.WithLabels(name).Observe(duration.TotalSeconds));

    public void RedisCommandRan(string command, string status, TimeSpan duration) => Guard(() =>
    {
        _redisCommands.WithLabels(command, status).Inc();
        _redisDuration.WithLabels(command).Observe(duration.TotalSeconds);
    });

    public void CacheAsked(string result) => Guard(() => _cacheRequests.WithLabels(result).Inc());

    public void RedisConnectedIs(bool connected) => Guard(() => Publish(_redisConnected, connected ? 1 : 0));

    public void HostMeasured(double? cpuPercent, double? memoryPercent) => Guard(() =>
    {
        Publish(_cpu, cpuPercent);
        Publish(_memory, memoryPercent);
    });

    public void LeagueTimeIs(DateTimeOffset now) => Guard(() => _leagueTime.Set(now.ToUnixTimeSeconds()));

    /// <summary>Runs what measures; what goes wrong in it is counted and logged, and goes no further.</summary>
    public void Guard(Action measure)
    {
        try
        {
            measure();
        }
        catch (Exception error)
        {
            _failures.Inc();
            _logger.LogWarning(error, "Measuring failed; the request goes on without it");
        }
    }

    private static void Publish(Gauge gauge, double? value)
    {
        if (value is { } measured)
        {
            gauge.Set(measured);
            gauge.Publish();
        }
    }

    private static string StatusLabel(int status) => status.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
