using System.Net.Http.Json;
using System.Text.RegularExpressions;
using FootballPrediction.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace FootballPrediction.Tests.Metrics;

public sealed class ServiceMetricsTests(ServiceUnderTest service) : IClassFixture<ServiceUnderTest>
{
    [Fact]
    public async Task Names_and_labels_are_those_that_the_team_uses()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/predictions")
        {
            Content = JsonContent.Create(new { home = "Fenwick Albion", away = "Greyfriars", model = "elo" }),
        };
        request.Headers.Add("X-User-Id", "somebody");
        using HttpResponseMessage created = await service.Client.SendAsync(request);
        using HttpResponseMessage refused = await service.Client.PostAsJsonAsync("/predictions", new { home = "Greyfriars", away = "?", model = "x" });
        string text = "";
        await ServiceUnderTest.UntilAsync(async () =>
        {
            text = await service.MetricsAsync();
            return text.Contains("\nprediction_accuracy{", StringComparison.Ordinal) && text.Contains("\nsystem_cpu_usage_percent ", StringComparison.Ordinal);
        });

        Assert.True(Value("http_requests_total{method=\"POST\",endpoint=\"/predictions\",status_code=\"201\"}") >= 1);
        Assert.True(Value("http_requests_total{method=\"POST\",endpoint=\"/predictions\",status_code=\"422\"}") >= 1);
        Assert.Equal(
            [".1", ".25", ".5", "1", "2.5", "5", "10", "+Inf"],
            Regex.Matches(text, "http_request_duration_seconds_bucket\\{method=\"POST\",endpoint=\"/predictions\",le=\"0?([^\"]+)\"\\}")
                .Select(bucket => bucket.Groups[1].Value));
        Assert.True(Value("prediction_requests_total{model_type=\"elo\",status=\"success\"}") >= 1);
        Assert.True(Value("prediction_requests_total{model_type=\"unknown\",status=\"invalid\"}") >= 1);
        Assert.InRange(Value("prediction_accuracy{model_type=\"elo\"}"), 0, 1);
        Assert.InRange(Value("prediction_accuracy{model_type=\"dixon_coles\"}"), 0, 1);
        Assert.True(Value("active_users") >= 1);
        Assert.InRange(Value("data_quality_score"), 0.5, 1);
        Assert.InRange(Value("data_quality_completeness"), 0, 1);
        Assert.InRange(Value("data_quality_timeliness"), 0, 1);
        Assert.InRange(Value("data_quality_validity"), 0, 1);
        Assert.True(Value("db_connections_active") >= 0);
        Assert.True(Value("db_query_duration_seconds_count{query=\"save_predictions\"}") >= 1);
        Assert.InRange(Value("system_cpu_usage_percent"), 0, 100);
        Assert.InRange(Value("system_memory_usage_percent"), 0, 100);
        Assert.Equal(0, Value("metrics_failures_total"));

        double Value(string series) => MetricsText.Value(text, series) ?? double.NaN;
    }

    [Fact]
    public async Task Accuracy_is_the_one_that_the_evaluation_gives()
    {
        await ServiceUnderTest.UntilAsync(async () =>
        {
            string before = await service.MetricsAsync();
            EvaluationAnswer? evaluation = await service.Client.GetFromJsonAsync<EvaluationAnswer>("/models/elo/evaluation");
            return evaluation is { Matches: > 0 }
                && MetricsText.Value(before, "prediction_evaluated_matches{model_type=\"elo\"}") == evaluation.Matches
                && MetricsText.Value(before, "prediction_accuracy{model_type=\"elo\"}") == evaluation.Accuracy
                && MetricsText.Value(before, "prediction_log_loss{model_type=\"elo\"}") == evaluation.LogLoss;
        });
    }

    [Fact]
    public async Task Endpoints_are_routes_whatever_the_path_is()
    {
        for (int i = 0; i < 5; i++)
        {
            using HttpResponseMessage prediction = await service.Client.GetAsync($"/predictions/guess-{i}");
            using HttpResponseMessage nowhere = await service.Client.GetAsync($"/nowhere/{i}");
            using HttpRequestMessage odd = new(new HttpMethod($"ODD{i}"), "/teams");
            using HttpResponseMessage oddAnswer = await service.Client.SendAsync(odd);
        }

        string text = await service.MetricsAsync();
        Assert.True(MetricsText.Value(text, "http_requests_total{method=\"GET\",endpoint=\"/predictions/{id}\",status_code=\"404\"}") >= 5);
        Assert.True(MetricsText.Value(text, "http_requests_total{method=\"GET\",endpoint=\"unmatched\",status_code=\"404\"}") >= 5);
        Assert.True(MetricsText.Value(text, "http_requests_total{method=\"other\",endpoint=\"unmatched\",status_code=\"405\"}") >= 5);
        Assert.DoesNotContain("guess-", text, StringComparison.Ordinal);
        Assert.DoesNotContain("nowhere", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ODD", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_while_measuring_does_not_reach_the_request()
    {
        ServiceMetrics metrics = new(NullLogger<ServiceMetrics>.Instance, TimeProvider.System);
        bool answered = false;
        RequestMeasurement middleware = new(
            _ =>
            {
                answered = true;
                return Task.CompletedTask;
            },
            metrics,
            new BrokenClock());

        await middleware.InvokeAsync(new DefaultHttpContext());

        Assert.True(answered);
        Assert.Equal(2, MetricsText.Value(await MetricsText.OfAsync(metrics), "metrics_failures_total"));
    }

    [Fact]
    public async Task An_error_of_the_request_is_counted_and_passed_on()
    {
        ServiceMetrics metrics = new(NullLogger<ServiceMetrics>.Instance, TimeProvider.System);
        RequestMeasurement middleware = new(_ => throw new InvalidOperationException("broken"), metrics, TimeProvider.System);

        await Assert.ThrowsAsync<InvalidOperationException>(() => middleware.InvokeAsync(new DefaultHttpContext { Request = { Method = "GET" } }));

        Assert.Equal(
            1,
            MetricsText.Value(
                await MetricsText.OfAsync(metrics), "http_requests_total{method=\"GET\",endpoint=\"unmatched\",status_code=\"500\"}"));
    }

    [Fact]
    public async Task Figures_that_were_not_measured_are_absent()
    {
        string text = await MetricsText.OfAsync(new ServiceMetrics(NullLogger<ServiceMetrics>.Instance, TimeProvider.System));

        foreach (string name in (string[])["prediction_accuracy", "data_quality_score", "data_quality_validity", "system_cpu_usage_percent"])
        {
            Assert.DoesNotMatch($"(?m)^{name}[ {{]", text);
        }
    }

    [Fact]
    public void Users_are_counted_once_and_forgotten_after_five_minutes()
    {
        FakeTimeProvider time = new();
        ActiveUsers users = new(time);
        users.Saw("a");
        users.Saw("b");
        users.Saw("a");
        users.Saw(null);
        users.Saw("");
        users.Saw(new string('x', 500));
        Assert.Equal(2, users.Count());

        time.Advance(TimeSpan.FromMinutes(4));
        users.Saw("b");
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(1, users.Count());
    }

    [Fact]
    public void Users_are_bounded()
    {
        ActiveUsers users = new(new FakeTimeProvider());
        for (int i = 0; i < 20_000; i++)
        {
            users.Saw($"user {i}");
        }

        Assert.Equal(10_000, users.Count());
    }

    [Fact]
    public async Task Host_usage_is_what_proc_says()
    {
        using TemporaryDirectory proc = new();
        HostUsage host = new(proc.Path);
        await File.WriteAllTextAsync(proc.File("stat"), "cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 1 1 1 1 1 1 1 1 1\n");
        await File.WriteAllTextAsync(proc.File("meminfo"), "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    250 kB\n");
        Assert.Null(host.CpuPercent());
        Assert.Equal(75, host.MemoryPercent());

        await File.WriteAllTextAsync(proc.File("stat"), "cpu  130 0 100 750 120 0 0 0 0 0\n");
        Assert.Equal(30, host.CpuPercent());
    }

    [Fact]
    public void Without_proc_there_is_no_host_usage()
    {
        HostUsage host = new("/nowhere");
        Assert.Null(host.CpuPercent());
        Assert.Null(host.MemoryPercent());
    }

    private sealed record EvaluationAnswer(int Matches, double? Accuracy, double? LogLoss);

    private sealed class BrokenClock : TimeProvider
    {
        public override long GetTimestamp() => throw new InvalidOperationException("the clock is broken");
    }
}
