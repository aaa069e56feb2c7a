// SPDX-License-Identifier: GPL-2.0
/*
 * labedge: the register page of a Raspberry Pi for the PPS test lab, and edges whose instant is known.
 *
 * /dev/gpiomem and /dev/gpiomem0 carry the level of GPIO 18 where a BCM2835 and an RP1 have it. An
 * edge is ordered by a line written to /dev/labedge:
 *
 *	RAW LEVEL LATE
 *
 * At RAW on CLOCK_MONOTONIC_RAW both pages change to LEVEL, 0 or 1. LATE ns after that the interrupt
 * of gpio-sim's line 18 is raised, if it is wanted for that direction: that is how late pps-gpio is.
 * Reading gives the edges that were made, each as "SEQ RAW REAL LEVEL LATE": both clocks as they were
 * read in the timer's interrupt, at that edge.
 */
#include <linux/fs.h>
#include <linux/gpio/consumer.h>
#include <linux/gpio/driver.h>
#include <linux/hrtimer.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/miscdevice.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/timekeeping.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#define LINE	  18
#define ORDERS	  8
#define MADE	  8192 /* edges kept */
#define MADE_TEXT 80

struct page_of {
	struct miscdevice misc;
	unsigned int size, at; /* of the register */
	u32 *page;
};

static struct page_of pages[] = {
	{{.minor = MISC_DYNAMIC_MINOR, .name = "gpiomem", .mode = 0660}, 0x1000, 0x34},
	{{.minor = MISC_DYNAMIC_MINOR, .name = "gpiomem0", .mode = 0660}, 0x30000, 0x10008},
};

struct order {
	struct hrtimer timer;
	u64 raw_ns;
	s64 late_ns;
	bool level, waiting;
};

struct made {
	u64 raw_ns, real_ns;
	s64 late_ns;
	bool level;
};

static struct order orders[ORDERS];
static struct made made[MADE];
static u64 made_count;
static DEFINE_SPINLOCK(lock);
static struct hrtimer raise_timer;
static bool raised_level;

static int is_bank(struct gpio_chip *chip, void *arg)
{
	return chip->ngpio > LINE && chip->label && strncmp(chip->label, "pinctrl-", 8) == 0;
}

static enum hrtimer_restart raise_irq(struct hrtimer *timer)
{
	struct gpio_chip *chip = gpiochip_find(NULL, is_bank);
	int irq = chip ? gpiod_to_irq(gpio_to_desc(chip->base + LINE)) : -1;
	int wanted = raised_level ? IRQ_TYPE_EDGE_RISING : IRQ_TYPE_EDGE_FALLING;

	if (irq > 0 && (irq_get_trigger_type(irq) & wanted))
		irq_set_irqchip_state(irq, IRQCHIP_STATE_PENDING, true);
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart make_edge(struct hrtimer *timer)
{
	struct order *order = container_of(timer, struct order, timer);
	s64 left = order->raw_ns - ktime_get_raw_ns();
	struct made *m;
	int i;

	if (left > 0) { /* the clock of timers may be slewed, the raw one not */
		hrtimer_forward_now(timer, ns_to_ktime(left));
		return HRTIMER_RESTART;
	}
	for (i = 0; i < ARRAY_SIZE(pages); i++)
		WRITE_ONCE(pages[i].page[pages[i].at / 4], order->level ? BIT(LINE) : 0);
	spin_lock(&lock);
	m = &made[made_count++ % MADE];
	m->raw_ns = ktime_get_raw_ns();
	m->real_ns = ktime_get_real_ns();
	m->level = order->level;
	m->late_ns = order->late_ns;
	order->waiting = false;
	spin_unlock(&lock);
	raised_level = order->level;
	hrtimer_start(&raise_timer, ns_to_ktime(order->late_ns), HRTIMER_MODE_REL_HARD);
	return HRTIMER_NORESTART;
}

static ssize_t order_edge(struct file *file, const char __user *from, size_t size, loff_t *at)
{
	char text[80];
	u64 raw_ns;
	s64 late_ns;
	int level, i;
	unsigned long flags;

	if (size >= sizeof(text) || copy_from_user(text, from, size))
		return -EINVAL;
	text[size] = '\0';
	if (sscanf(text, "%llu %d %lld", &raw_ns, &level, &late_ns) != 3 || late_ns < 0)
		return -EINVAL;
	for (i = 0; i < ORDERS; i++) {
		struct order *order = &orders[i];
		s64 left = raw_ns - ktime_get_raw_ns();
		bool taken;

		spin_lock_irqsave(&lock, flags);
		taken = order->waiting;
		order->waiting = true;
		spin_unlock_irqrestore(&lock, flags);
		if (taken)
			continue;
		order->raw_ns = raw_ns;
		order->level = level;
		order->late_ns = late_ns;
		hrtimer_start(&order->timer, ns_to_ktime(left > 0 ? left : 0), HRTIMER_MODE_REL_HARD);
		return size;
	}
	return -EBUSY;
}

static ssize_t tell_edges(struct file *file, char __user *to, size_t size, loff_t *at)
{
	u64 seq = *at / MADE_TEXT;
	char text[MADE_TEXT + 1];
	struct made m;

	if (*at % MADE_TEXT || size < MADE_TEXT)
		return -EINVAL;
	spin_lock_irq(&lock);
	m = made[seq % MADE];
	if (seq >= made_count || made_count - seq > MADE) {
		spin_unlock_irq(&lock);
		return 0;
	}
	spin_unlock_irq(&lock);
	snprintf(text, sizeof(text), "%8llu %20llu %20llu %d %10lld", seq, m.raw_ns, m.real_ns, m.level,
		 m.late_ns);
	memset(text + strlen(text), ' ', MADE_TEXT - strlen(text));
	text[MADE_TEXT - 1] = '\n';
	if (copy_to_user(to, text, MADE_TEXT))
		return -EFAULT;
	*at += MADE_TEXT;
	return MADE_TEXT;
}

static int map_page(struct file *file, struct vm_area_struct *vma)
{
	struct page_of *p = container_of(file->private_data, struct page_of, misc);

	return remap_vmalloc_range(vma, p->page, vma->vm_pgoff);
}

static const struct file_operations page_ops = {
	.owner = THIS_MODULE,
	.mmap = map_page,
};

static const struct file_operations edge_ops = {
	.owner = THIS_MODULE,
	.read = tell_edges,
	.write = order_edge,
};

static struct miscdevice edge_misc = {
	.minor = MISC_DYNAMIC_MINOR, .name = "labedge", .mode = 0660, .fops = &edge_ops};

static int __init labedge_init(void)
{
	int i, ret;

	for (i = 0; i < ORDERS; i++) {
		hrtimer_init(&orders[i].timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
		orders[i].timer.function = make_edge;
	}
	hrtimer_init(&raise_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	raise_timer.function = raise_irq;
	for (i = 0; i < ARRAY_SIZE(pages); i++) {
		pages[i].page = vmalloc_user(pages[i].size);
		pages[i].misc.fops = &page_ops;
		if (!pages[i].page)
			return -ENOMEM;
		ret = misc_register(&pages[i].misc);
		if (ret)
			return ret;
	}
	return misc_register(&edge_misc);
}
device_initcall(labedge_init);
